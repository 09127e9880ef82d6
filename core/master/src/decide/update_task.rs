use std::sync::Arc;

use base_ids::AgentId;
use wire_link::Update;

use super::{
    Decided,
    end_tasks::{Endings, is_news},
};
use crate::{Event, Master, Reject};

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
                endings.record(task, Arc::new(status));
            }
            _ => {
                let over = match task {
                    Some(task) => task.is_over(),
                    None => self.has_ended(&framework_id, &status.task_id),
                };
                let (agent_id, task_id) = (agent_id.clone(), status.task_id);
                if over && !status.state.is_terminal() {
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
}
