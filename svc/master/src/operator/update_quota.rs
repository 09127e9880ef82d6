use core_authorizer::{Action, Object};
use core_control::Command;
use io_httpd::StatusCode;
use wire_mesos::{cluster::quota_from_wire, v1::master::call::UpdateQuota};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// UPDATE_QUOTA: all of them or none.
pub(super) async fn run(master: &Master, caller: &Caller, call: UpdateQuota) -> Result<Answer, CallError> {
    let quotas = call
        .quota_configs
        .iter()
        .map(quota_from_wire)
        .collect::<Result<Vec<_>, _>>();
    let quotas = quotas.map_err(|why| CallError::bad(format!("Invalid QuotaConfig: {why}")))?;
    for (role, _) in &quotas {
        caller.demand(Action::UpdateQuota, &Object::Role(role.as_str()))?;
    }
    let force = call.force();
    let command = core_master::Command::UpdateQuota { quotas, force };
    master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await?;
    Ok(Answer::Done(StatusCode::OK))
}
