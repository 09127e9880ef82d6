use base_ids::AgentId;
use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::master::call::ReactivateAgent;

use super::{Answer, CallError, agent_command};
use crate::{Master, access::Caller};

/// REACTIVATE_AGENT: an agent that was drained or deactivated gets work again.
pub(super) async fn run(master: &Master, caller: &Caller, call: ReactivateAgent) -> Result<Answer, CallError> {
    let agent_id = AgentId::from(call.agent_id.value.as_str());
    caller.demand(Action::ReactivateAgent, &Object::Agent(&agent_id))?;
    agent_command(master, caller, Command::ReactivateAgent { agent_id }).await
}
