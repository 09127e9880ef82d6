use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use model_cluster::{Capability, Reason, Source, TaskState, TaskStatus};

use crate::{Effect, Master};

impl Master {
    /// What reconciliation says of a task; no uuid, nothing to acknowledge. `None` while the answer is not known yet, or
    /// nobody is there to hear it.
    pub(super) fn answer(
        &self,
        now: Timestamp,
        framework_id: &FrameworkId,
        task_id: &TaskId,
        agent_id: Option<&AgentId>,
    ) -> Option<Effect> {
        let slot = self.framework_slots.get(framework_id)?;
        self.soft.sessions.get(slot)?;
        let (agent_id, mut status) = match self.task(framework_id, task_id) {
            Some(task) => {
                // Not ahead of what is being delivered: else an older status would seem to be news when it comes.
                let status = task.unacknowledged.first().unwrap_or(&task.status);
                (Some(task.agent_id.clone()), status.as_ref().clone())
            }
            None => {
                let aware = self.hard.frameworks[*slot].spec.can(Capability::PartitionAware);
                let state = self.state_of_unknown(agent_id, aware)?;
                (
                    agent_id.cloned(),
                    TaskStatus::new(task_id.clone(), state, Source::Master, now),
                )
            }
        };
        (status.uuid, status.source) = (None, Source::Master);
        let status = status.because(Reason::Reconciliation, "Reconciliation: the latest state of the task");
        Some(Effect::Deliver {
            framework_id: framework_id.clone(),
            agent_id,
            status: Arc::new(status),
        })
    }

    /// The state of a task that is not in the journal (Mesos' `Master::_reconcileTasks`, cases 4 to 7).
    fn state_of_unknown(&self, agent_id: Option<&AgentId>, aware: bool) -> Option<TaskState> {
        let Some(agent_id) = agent_id else {
            return Some(unknown(aware, TaskState::Unknown));
        };
        let state = match self.agent_slots.get(agent_id) {
            Some(slot) if self.hard.agents[*slot].unreachable_since.is_some() => TaskState::Unreachable,
            // The agent may know a task that the journal lost.
            Some(slot) if self.soft.links.get(slot).is_some_and(|link| !link.reported) => {
                return None;
            }
            Some(_) => TaskState::Gone,
            None if self.gone_ids.contains(agent_id) => TaskState::GoneByOperator,
            None => TaskState::Unknown,
        };
        Some(unknown(aware, state))
    }
}

fn unknown(aware: bool, state: TaskState) -> TaskState {
    if aware { state } else { TaskState::Lost }
}
