use core_machine::Ctx;

use super::{
    executor::shutdown,
    kill_task::{Why, killed},
};
use crate::{Agent, Config, Event, Key, Task};

impl Agent {
    /// Ends all that is here: executors are told to shut down, other tasks are killed, each with its usual grace.
    pub(super) fn clean_up(&self, cx: &mut Ctx<'_, Config>) -> Vec<Event> {
        let executors = self.executors.iter().filter(|(_, executor)| !executor.is_ending());
        let mut events: Vec<Event> = executors.map(|(key, executor)| shutdown(cx, key, executor)).collect();
        let own = |(_, task): &(&Key, &Task)| !task.is_custom() && !task.is_over() && task.kill.is_none();
        for (key, task) in self.tasks.iter().filter(own) {
            let ended = |event: &Event| matches!(event, Event::TaskEnded { key: other, .. } if other == key);
            if events.iter().any(ended) {
                continue;
            }
            match self.end_unheard(cx, key, task) {
                Some(group) => events.extend(group),
                None => {
                    let grace_ms = self.grace_of(task, cx.config);
                    events.push(killed(cx, key, task, grace_ms, Why::Ordered));
                }
            }
        }
        events
    }

    /// Whether nothing runs here, nor will.
    pub fn is_clean(&self) -> bool {
        self.executors.is_empty() && self.tasks.values().all(Task::is_over)
    }
}
