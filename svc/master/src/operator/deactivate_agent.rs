use base_ids::AgentId;
use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::master::call::DeactivateAgent;

use super::{Answer, CallError, agent_command};
use crate::{Master, access::Caller};

/// DEACTIVATE_AGENT: an agent gets no more work, and its tasks go on.
pub(super) async fn run(master: &Master, caller: &Caller, call: DeactivateAgent) -> Result<Answer, CallError> {
    let agent_id = AgentId::from(call.agent_id.value.as_str());
    caller.demand(Action::DeactivateAgent, &Object::Agent(&agent_id))?;
    agent_command(master, caller, Command::DeactivateAgent { agent_id }).await
}
