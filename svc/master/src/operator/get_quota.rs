use wire_mesos::v1::master::response::{GetQuota, Type};

use super::Answer;

/// GET_QUOTA: roles that have one. Nobody can set one in this release.
pub(super) fn answer() -> Answer {
    let quota = GetQuota::default();
    Answer::message(Type::GetQuota, |response| response.get_quota = Some(quota))
}
