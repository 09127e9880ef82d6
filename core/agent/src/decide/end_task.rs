use base_ids::ContainerId;
use core_machine::Ctx;

use super::stamped;
use crate::{Agent, Config, Event, Exit, Phase};

impl Agent {
    /// A container is over: once.
    pub(super) fn end_task(&self, cx: &mut Ctx<'_, Config>, id: &ContainerId, exit: &Exit) -> Vec<Event> {
        let Some((key, task)) = self.task_of(id).filter(|(_, task)| task.phase != Phase::Ended) else {
            return Vec::new();
        };
        let status = exit.status(task, cx.now);
        vec![Event::TaskEnded {
            key: key.clone(),
            status: stamped(cx, status),
        }]
    }
}
