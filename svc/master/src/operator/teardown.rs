use base_ids::FrameworkId;
use core_authorizer::{Action, Object};
use core_control::Command;
use io_httpd::StatusCode;
use wire_mesos::v1::master::call::Teardown;

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// TEARDOWN: removes a framework and ends its tasks.
pub(super) async fn run(master: &Master, caller: &Caller, call: Teardown) -> Result<Answer, CallError> {
    framework(master, caller, &call.framework_id.value).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// Removes a framework by its id, as the older `/teardown` does too.
pub(crate) async fn framework(master: &Master, caller: &Caller, id: &str) -> Result<(), CallError> {
    let framework_id = FrameworkId::from(id);
    let snapshot = master.handle.state().await?;
    let known = snapshot.state.master.framework(&framework_id);
    let known = known.filter(|framework| framework.removed.is_none());
    let known = known.ok_or_else(|| CallError::bad("No framework found with specified ID"))?;
    caller.demand(Action::TeardownFramework, &Object::Framework(&known.spec))?;
    let command = core_master::Command::Teardown { framework_id };
    master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await?;
    Ok(())
}
