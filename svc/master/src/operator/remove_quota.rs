use core_control::Command;
use io_httpd::StatusCode;
use model_resources::Role;
use wire_mesos::v1::master::call::RemoveQuota;

use super::{Answer, CallError, principal};
use crate::Master;

/// REMOVE_QUOTA: the older form, for a role that has one.
pub(super) async fn run(master: &Master, call: RemoveQuota) -> Result<Answer, CallError> {
    remove(master, &call.role).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// The same, for `DELETE /quota/<role>` too.
pub(crate) async fn remove(master: &Master, name: &str) -> Result<(), CallError> {
    let role = Role::new(name).map_err(|error| CallError::bad(format!("Failed to remove quota: {error}")))?;
    let command = core_master::Command::RemoveQuota { role };
    master.handle.submit(&principal(), Command::Master(command)).await?;
    Ok(())
}
