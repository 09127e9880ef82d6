use base_ids::{AgentId, FrameworkId, TaskId};

use super::Decided;
use crate::{Event, Master};

impl Master {
    pub(super) fn reconcile_tasks(&self, framework_id: &FrameworkId, tasks: Vec<(TaskId, Option<AgentId>)>) -> Decided {
        let (_, framework) = self.find_framework(framework_id)?;
        let all = framework.tasks.iter().filter_map(|slot| self.hard.tasks.get(*slot));
        let tasks = if tasks.is_empty() {
            all.map(|task| (task.spec.task_id.clone(), Some(task.agent_id.clone())))
                .collect()
        } else {
            tasks
        };
        Ok(vec![Event::ReconcileAsked {
            framework_id: framework_id.clone(),
            tasks,
        }])
    }
}
