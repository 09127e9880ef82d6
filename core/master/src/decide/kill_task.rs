use std::time::Duration;

use base_ids::{AgentId, FrameworkId, TaskId};

use super::Decided;
use crate::{Event, Master};

impl Master {
    /// The end of a task that is not known is answered as reconciliation would.
    pub(super) fn kill_task(
        &self,
        framework_id: &FrameworkId,
        task_id: TaskId,
        agent_id: Option<AgentId>,
        grace: Option<Duration>,
    ) -> Decided {
        self.find_framework(framework_id)?;
        let framework_id = framework_id.clone();
        Ok(match self.task(&framework_id, &task_id) {
            None => vec![Event::ReconcileAsked {
                framework_id,
                tasks: vec![(task_id, agent_id)],
            }],
            Some(task) if task.is_over() => Vec::new(),
            Some(_) => vec![Event::TaskKillRequested {
                framework_id,
                task_id,
                grace_ms: grace.map(|grace| u64::try_from(grace.as_millis()).unwrap_or(u64::MAX)),
            }],
        })
    }
}
