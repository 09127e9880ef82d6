use std::sync::Arc;

use base_ids::ContainerId;
use core_machine::Ctx;
use wire_link::RunTask;

use crate::{Agent, Config, Event, Key, Reject};

impl Agent {
    /// Takes a task on. The order is repeated until it is answered, so a known task changes nothing; nor does
    /// one that is over and forgotten, or a late copy of the order would run it twice.
    pub(super) fn run_task(&self, cx: &mut Ctx<'_, Config>, order: RunTask) -> Result<Vec<Event>, Reject> {
        self.fresh(order.epoch)?;
        let key = Key {
            framework_id: order.framework_id,
            task_id: order.task.task_id.clone(),
        };
        if self.tasks.contains_key(&key) || self.forgotten.contains(&key) {
            return Ok(Vec::new());
        }
        let container_id = ContainerId::from(cx.uuid().to_string());
        let RunTask {
            task: spec,
            default_user,
            index,
            killing,
            ..
        } = order;
        Ok(vec![Event::TaskAccepted {
            key,
            spec: Arc::unwrap_or_clone(spec),
            default_user,
            container_id,
            index,
            killing,
        }])
    }
}
