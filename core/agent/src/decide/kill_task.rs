use base_clock::Timestamp;
use core_machine::Ctx;
use model_cluster::{Source, TaskState, TaskStatus};
use wire_link::KillTask;

use super::stamped;
use crate::{Agent, Config, Event, Key, Phase, Reject, Task};

impl Agent {
    /// Orders a task's end. Asked again, only an earlier end is news: a shorter grace replaces a longer one.
    pub(super) fn kill_task(&self, cx: &mut Ctx<'_, Config>, order: KillTask) -> Result<Vec<Event>, Reject> {
        self.fresh(order.epoch)?;
        let key = Key {
            framework_id: order.framework_id,
            task_id: order.task_id,
        };
        let Some(task) = self.tasks.get(&key) else {
            return Err(Reject::UnknownTask(key));
        };
        if task.phase == Phase::Ended {
            return Ok(Vec::new());
        }
        if let Some(events) = self.end_unheard(cx, &key, task) {
            return Ok(events);
        }
        let grace_ms = order.grace_ms.unwrap_or_else(|| self.grace_of(task, cx.config));
        let end = |at: Timestamp, grace_ms: u64| at + std::time::Duration::from_millis(grace_ms);
        if task
            .kill
            .is_some_and(|(at, grace)| end(at, grace) <= end(cx.now, grace_ms))
        {
            return Ok(Vec::new());
        }
        Ok(vec![killed(cx, &key, task, grace_ms, Why::Ordered)])
    }

    pub(super) fn grace_of(&self, task: &Task, config: &Config) -> u64 {
        task.spec.kill_grace_ms.unwrap_or(config.kill_grace_ms)
    }
}

/// Why a task is killed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The master said so.
    Ordered,
    /// Its health check fails.
    Unhealthy,
    /// It has run for as long as it may.
    Overtime,
}

/// The order to end a task. Its framework hears of the first one, if it runs and they want to (Mesos' command executor).
pub(super) fn killed(cx: &mut Ctx<'_, Config>, key: &Key, task: &Task, grace_ms: u64, why: Why) -> Event {
    let tells = task.killing && task.kill.is_none() && task.phase == Phase::Running && !task.is_custom();
    let status = TaskStatus::new(task.spec.task_id.clone(), TaskState::Killing, Source::Executor, cx.now);
    Event::KillOrdered {
        key: key.clone(),
        at: cx.now,
        grace_ms,
        unhealthy: why == Why::Unhealthy,
        overtime: why == Why::Overtime,
        status: tells.then(|| stamped(cx, status)),
    }
}
