use core_authorizer::{Action, Object};
use core_control::Command;
use io_httpd::StatusCode;
use model_resources::Role;
use wire_mesos::v1::master::call::RemoveQuota;

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// REMOVE_QUOTA: the older form, for a role that has one.
pub(super) async fn run(master: &Master, caller: &Caller, call: RemoveQuota) -> Result<Answer, CallError> {
    remove(master, caller, &call.role).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// The same, for `DELETE /quota/<role>` too.
pub(crate) async fn remove(master: &Master, caller: &Caller, name: &str) -> Result<(), CallError> {
    let role = Role::new(name).map_err(|error| CallError::bad(format!("Failed to remove quota: {error}")))?;
    caller.demand(Action::UpdateQuota, &Object::Role(role.as_str()))?;
    let command = core_master::Command::RemoveQuota { role };
    master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await?;
    Ok(())
}
