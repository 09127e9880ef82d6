use wire_mesos::{
    cluster::quota_to_wire,
    v1::{
        master::response::{GetQuota, Type},
        quota::QuotaStatus,
    },
};

use super::{Answer, CallError};
use crate::Master;

/// GET_QUOTA: the roles that have one.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    let status = status(master).await?;
    Ok(Answer::message(Type::GetQuota, |response| {
        response.get_quota = Some(GetQuota { status });
    }))
}

/// The same, for `GET /quota` too.
pub(crate) async fn status(master: &Master) -> Result<QuotaStatus, CallError> {
    let snapshot = master.handle.state().await?;
    let mut status = QuotaStatus::default();
    for (role, quota) in snapshot.state.master.quotas() {
        let (info, config) = quota_to_wire(role, quota);
        status.infos.push(info);
        status.configs.push(config);
    }
    Ok(status)
}
