use std::sync::Arc;

use base_ids::{AgentId, FrameworkId, TaskId};
use model_cluster::{Capability, Reason, Source, TaskState, TaskStatus};
use wire_link::Update;

use super::{
    Decided,
    end_tasks::{Endings, is_news},
};
use crate::{Drop, Event, Master, Reject, Task};

impl Master {
    pub(super) fn update_task(&self, agent_id: &AgentId, update: Update) -> Decided {
        let mut endings = Endings::new(self, self.hear(agent_id)?);
        let Update { framework_id, status } = update;
        let Some(uuid) = status.uuid else {
            return Err(Reject::InvalidAgent(format!(
                "its update of task {} has no uuid",
                status.task_id
            )));
        };
        let task = self
            .task(&framework_id, &status.task_id)
            .filter(|task| task.agent_id == *agent_id);
        match task {
            Some(task) if is_news(task, status.state) && !task.has_seen(uuid) => {
                endings.record(task, Arc::new(self.as_understood(task, self.as_drained(task, status))));
            }
            _ => {
                let over = match task {
                    Some(task) => task.is_over(),
                    None => self.has_ended(&framework_id, &status.task_id),
                };
                let (agent_id, task_id) = (agent_id.clone(), status.task_id);
                if self.is_stray(&agent_id, &framework_id, &task_id) && status.state.is_terminal() {
                    endings.events.push(Event::StrayEnded {
                        agent_id: agent_id.clone(),
                        framework_id: framework_id.clone(),
                        task_id: task_id.clone(),
                    });
                }
                if over && !status.state.is_terminal() {
                    // What it uses may be on offer.
                    let slot = self.agent_slots.get(&agent_id).copied();
                    let offers = slot
                        .into_iter()
                        .flat_map(|slot| self.drop_agent_offers(slot, Drop::AgentLost));
                    endings.events.extend(offers);
                    let (agent_id, framework_id, task_id) = (agent_id.clone(), framework_id.clone(), task_id.clone());
                    endings.events.push(Event::StrayFound {
                        agent_id,
                        framework_id,
                        task_id,
                    });
                }
                endings.events.push(Event::UpdateRepeated {
                    agent_id,
                    framework_id,
                    task_id,
                    uuid,
                });
            }
        }
        Ok(endings.events)
    }

    /// What an agent preempted is gone, and lost for whoever does not know about partitions (Mesos does it on the agent, in
    /// `Slave::_qosCorrections`).
    fn as_understood(&self, task: &Task, mut status: TaskStatus) -> TaskStatus {
        let framework = self.hard.frameworks.get(task.framework);
        let aware = framework.is_some_and(|framework| framework.spec.can(Capability::PartitionAware));
        if status.state == TaskState::Gone && status.source == Source::Agent && !aware {
            status.state = TaskState::Lost;
        }
        status
    }

    /// What is killed while its agent is drained says so, and is gone if the agent will be (Mesos does it on the agent, in
    /// `Slave::statusUpdate`).
    fn as_drained(&self, task: &Task, mut status: TaskStatus) -> TaskStatus {
        let drain = self.hard.agents.get(task.agent).and_then(|agent| agent.drain);
        let Some(drain) = drain.filter(|_| matches!(status.state, TaskState::Killing | TaskState::Killed)) else {
            return status;
        };
        status.reason = Some(Reason::AgentDraining);
        let framework = self.hard.frameworks.get(task.framework);
        let aware = framework.is_some_and(|framework| framework.spec.can(Capability::PartitionAware));
        if drain.mark_gone && aware && status.state == TaskState::Killed {
            status.state = TaskState::GoneByOperator;
        }
        status
    }

    fn is_stray(&self, agent_id: &AgentId, framework_id: &FrameworkId, task_id: &TaskId) -> bool {
        let slot = self.agent_slots.get(agent_id);
        let link = slot.and_then(|slot| self.soft.links.get(slot));
        link.is_some_and(|link| link.strays.contains(&(framework_id.clone(), task_id.clone())))
    }
}
