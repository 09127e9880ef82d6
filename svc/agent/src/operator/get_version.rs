use wire_mesos::{
    state::Version,
    v1::{
        VersionInfo,
        agent::response::{GetVersion, Type},
    },
};

use super::Answer;

/// GET_VERSION: the Mesos release whose formats are spoken.
pub(super) fn answer() -> Answer {
    let version = GetVersion {
        version_info: VersionInfo::from(&Version::default()),
    };
    Answer::message(Type::GetVersion, |response| response.get_version = Some(version))
}
