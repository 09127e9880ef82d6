use core_authorizer::{Action, Object};
use wire_mesos::{
    cluster::quota_to_wire,
    v1::{
        master::response::{GetQuota, Type},
        quota::QuotaStatus,
    },
};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// GET_QUOTA: the roles that have one.
pub(super) async fn answer(master: &Master, caller: &Caller) -> Result<Answer, CallError> {
    let status = status(master, caller).await?;
    Ok(Answer::message(Type::GetQuota, |response| {
        response.get_quota = Some(GetQuota { status });
    }))
}

/// The same, for `GET /quota` too.
pub(crate) async fn status(master: &Master, caller: &Caller) -> Result<QuotaStatus, CallError> {
    let snapshot = master.handle.state().await?;
    let mut status = QuotaStatus::default();
    let approver = caller.approver(Action::GetQuota);
    let quotas = snapshot.state.master.quotas().iter();
    for (role, quota) in quotas.filter(|(role, _)| approver.approves(&Object::Role(role.as_str()))) {
        let (info, config) = quota_to_wire(role, quota);
        status.infos.push(info);
        status.configs.push(config);
    }
    Ok(status)
}
