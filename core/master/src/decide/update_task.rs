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
            return Err(Reject::InvalidAgent(format!("its update of task {} has no uuid", status.task_id)));
        };
        let task = self.task(&framework_id, &status.task_id).filter(|task| task.agent_id == *agent_id);
        match task {
            Some(task) if is_news(task, status.state) && !task.has_seen(uuid) => {
                endings.record(task, Arc::new(status));
            }
            _ => endings.events.push(Event::UpdateRepeated {
                agent_id: agent_id.clone(),
                framework_id,
                task_id: status.task_id,
                uuid,
            }),
        }
        Ok(endings.events)
    }
}
