use base_ids::AgentId;
use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::master::call::MarkAgentGone;

use super::{Answer, CallError, agent_command};
use crate::{Master, access::Caller};

/// MARK_AGENT_GONE: an agent is gone for ever, and its tasks with it.
pub(super) async fn run(master: &Master, caller: &Caller, call: MarkAgentGone) -> Result<Answer, CallError> {
    let agent_id = AgentId::from(call.agent_id.value.as_str());
    caller.demand(Action::MarkAgentGone, &Object::Agent(&agent_id))?;
    let snapshot = master.handle.state().await?;
    if snapshot.state.master.is_gone(&agent_id) {
        return Ok(Answer::Done(io_httpd::StatusCode::OK));
    }
    agent_command(master, caller, Command::MarkAgentGone { agent_id }).await
}
