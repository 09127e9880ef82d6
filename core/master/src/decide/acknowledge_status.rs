use base_ids::{FrameworkId, TaskId, Uuid};

use super::{Decided, end_tasks::Endings};
use crate::{Event, Master};

impl Master {
    pub(super) fn acknowledge(&self, framework_id: &FrameworkId, task_id: &TaskId, uuid: Uuid) -> Decided {
        self.find_framework(framework_id)?;
        let Some(task) = self.task(framework_id, task_id) else {
            return Ok(Vec::new());
        };
        if task.unacknowledged.first().is_none_or(|first| first.uuid != Some(uuid)) {
            return Ok(Vec::new());
        }
        let (framework_id, task_id) = (framework_id.clone(), task_id.clone());
        let mut endings = Endings::new(
            self,
            vec![Event::StatusAcknowledged {
                framework_id,
                task_id,
                uuid,
            }],
        );
        if task.is_over() && task.unacknowledged.len() == 1 {
            endings.complete(task, false);
        }
        Ok(endings.events)
    }
}
