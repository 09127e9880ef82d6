use core_machine::Ctx;
use model_cluster::{Reason, Source, TaskState, TaskStatus};

use super::{
    kill_task::{Why, killed},
    stamped,
};
use crate::{Agent, ChangeHealth, Config, Event, Phase};

impl Agent {
    /// A running task's health changed; where the agent is the one to act, an unhealthy task is also ended.
    pub(super) fn change_health(&self, cx: &mut Ctx<'_, Config>, change: ChangeHealth) -> Vec<Event> {
        let running = self
            .task_of(&change.container_id)
            .filter(|(_, task)| task.phase == Phase::Running);
        let Some((key, task)) = running else { return Vec::new() };
        let mut status = TaskStatus::new(task.spec.task_id.clone(), TaskState::Running, Source::Executor, cx.now)
            .because(Reason::TaskHealthCheckStatusUpdated, change.message);
        status.healthy = Some(change.healthy);
        status.health_failures = (!change.healthy).then_some(change.failures);
        let mut events = vec![Event::HealthChanged {
            key: key.clone(),
            status: stamped(cx, status),
        }];
        if change.end && task.kill.is_none() {
            let grace_ms = self.grace_of(task, cx.config);
            events.push(killed(cx, key, task, grace_ms, Why::Unhealthy));
        }
        events
    }
}
