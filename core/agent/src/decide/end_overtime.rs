use core_machine::Ctx;

use super::kill_task::{Why, killed};
use crate::{Agent, Config, Event};

impl Agent {
    /// Ends, without any grace, what has run for as long as it may (Mesos' `taskCompletionTimeout`).
    pub(super) fn end_overtime(&self, cx: &mut Ctx<'_, Config>) -> Vec<Event> {
        let now = cx.now;
        let due = self.deadlines.iter().take_while(|(at, _)| *at <= now);
        let due = due.filter_map(|(_, key)| Some((key, self.tasks.get(key)?)));
        due.map(|(key, task)| killed(cx, key, task, 0, Why::Overtime)).collect()
    }
}
