use core_authorizer::{Action, Object};
use core_control::{Command, Reject};
use io_engine::Failure;
use io_httpd::StatusCode;
use wire_mesos::{
    cluster::quota_request_from_wire,
    v1::{master::call::SetQuota, quota::QuotaRequest},
};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// SET_QUOTA: the older form, for a role that has none yet.
pub(super) async fn run(master: &Master, caller: &Caller, call: SetQuota) -> Result<Answer, CallError> {
    set(master, caller, &call.quota_request).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// The same, for `POST /quota` too. More than the cluster has is a conflict.
pub(crate) async fn set(master: &Master, caller: &Caller, request: &QuotaRequest) -> Result<(), CallError> {
    let failed = |why: String| CallError::bad(format!("Failed to validate set quota request: {why}"));
    let (role, guarantee, force) = quota_request_from_wire(request).map_err(failed)?;
    caller.demand(Action::UpdateQuota, &Object::Role(role.as_str()))?;
    let command = core_master::Command::SetQuota { role, guarantee, force };
    match master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await
    {
        Ok(_) => Ok(()),
        Err(Failure::Rejected(Reject::Master(why @ core_master::Reject::QuotaOvercommitted { .. }))) => {
            let why = format!("Quota guarantees overcommit the cluster: {why}");
            Err(CallError::new(StatusCode::CONFLICT, why))
        }
        Err(Failure::Rejected(why)) => Err(failed(why.to_string())),
        Err(failure) => Err(failure.into()),
    }
}
