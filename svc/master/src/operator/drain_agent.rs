use std::time::Duration;

use base_ids::AgentId;
use core_authorizer::{Action, Object};
use core_master::Command;
use wire_mesos::v1::master::call::DrainAgent;

use super::{Answer, CallError, agent_command};
use crate::{Master, access::Caller};

/// DRAIN_AGENT: takes the work off an agent.
pub(super) async fn run(master: &Master, caller: &Caller, call: DrainAgent) -> Result<Answer, CallError> {
    let agent_id = AgentId::from(call.agent_id.value.as_str());
    caller.demand(Action::DrainAgent, &Object::Agent(&agent_id))?;
    if call.mark_gone() {
        caller.demand(Action::MarkAgentGone, &Object::Agent(&agent_id))?;
    }
    let command = Command::DrainAgent {
        agent_id,
        mark_gone: call.mark_gone(),
        // What is below nothing is nothing.
        max_grace: call.max_grace_period.map(|period| {
            let seconds = u64::try_from(period.seconds).unwrap_or(0);
            Duration::new(seconds, u32::try_from(period.nanos).unwrap_or(0).min(999_999_999))
        }),
    };
    agent_command(master, caller, command).await
}
