use base_ids::AgentId;
use model_cluster::{OperationState, Reason, TaskState};

use super::{
    Cx, Decided,
    end_tasks::{Endings, Verdict},
};
use crate::{Drop, Event, Master};

const GONE: Verdict = Verdict {
    state: TaskState::GoneByOperator,
    reason: Reason::AgentRemovedByOperator,
    message: "An operator marked the agent gone",
};

impl Master {
    pub(super) fn mark_agent_gone(&self, cx: &mut Cx<'_>, agent_id: &AgentId) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        let mut endings = Endings::new(self, self.drop_agent_offers(slot, Drop::AgentLost).collect());
        if agent.unreachable_since.is_none() {
            endings.events.push(Event::AgentUnreachable {
                agent_id: agent_id.clone(),
            });
        }
        for task in self.live_tasks(agent) {
            endings.rule(cx, task, &GONE);
        }
        let why = "An operator marked the agent gone";
        endings
            .events
            .extend(self.tell_operations(slot, OperationState::GoneByOperator, why));
        endings.events.push(Event::AgentGone {
            agent_id: agent_id.clone(),
        });
        Ok(endings.events)
    }
}
