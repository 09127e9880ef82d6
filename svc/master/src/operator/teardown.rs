use base_ids::FrameworkId;
use core_control::Command;
use io_httpd::StatusCode;
use wire_mesos::v1::master::call::Teardown;

use super::{Answer, CallError, principal};
use crate::Master;

/// TEARDOWN: removes a framework and ends its tasks.
pub(super) async fn run(master: &Master, call: Teardown) -> Result<Answer, CallError> {
    framework(master, &call.framework_id.value).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// Removes a framework by its id, as the older `/teardown` does too.
pub(crate) async fn framework(master: &Master, id: &str) -> Result<(), CallError> {
    let framework_id = FrameworkId::from(id);
    let snapshot = master.handle.state().await?;
    let known = snapshot.state.master.framework(&framework_id);
    if known.is_none_or(|framework| framework.removed.is_some()) {
        return Err(CallError::bad("No framework found with specified ID"));
    }
    let command = core_master::Command::Teardown { framework_id };
    master.handle.submit(&principal(), Command::Master(command)).await?;
    Ok(())
}
