use base_ids::ContainerId;
use core_machine::Ctx;
use model_cluster::{ExecutorKind, TaskState};

use super::{
    kill_task::{Why, killed},
    stamped,
};
use crate::{Agent, Config, Event, ExecutorKey, Exit, Key, Owner, Phase, Task};

impl Agent {
    /// A container is over: once.
    pub(super) fn end_container(&self, cx: &mut Ctx<'_, Config>, id: &ContainerId, exit: &Exit) -> Vec<Event> {
        match self.containers.get(id) {
            Some(Owner::Executor(key)) => self.end_executor(cx, &key.clone(), exit),
            Some(Owner::Task(key)) => {
                let task = self.tasks.get(key).filter(|task| task.phase != Phase::Ended);
                task.map(|task| self.end_task(cx, key, task, exit)).unwrap_or_default()
            }
            Some(Owner::Guest(path)) => self.end_guest(cx, path, exit),
            None => Vec::new(),
        }
    }

    fn end_task(&self, cx: &mut Ctx<'_, Config>, key: &Key, task: &Task, exit: &Exit) -> Vec<Event> {
        let status = exit.status(task, cx.now);
        let failed = status.state != TaskState::Finished;
        let mut events = vec![Event::TaskEnded {
            key: key.clone(),
            status: stamped(cx, status),
        }];
        if failed {
            events.extend(self.end_group(cx, key, task));
        }
        events.extend(self.end_with_last(key, task, &[key]));
        events
    }

    /// A group is killed with the first of its tasks that fails or is killed, as Mesos' default executor does.
    pub(super) fn end_group(&self, cx: &mut Ctx<'_, Config>, key: &Key, task: &Task) -> Vec<Event> {
        let others = task.spec.group.iter().filter(|task_id| **task_id != key.task_id);
        let others = others.filter_map(|task_id| {
            let key = Key {
                framework_id: key.framework_id.clone(),
                task_id: task_id.clone(),
            };
            let task = self.tasks.get(&key)?;
            let alive = task.phase != Phase::Ended && task.kill.is_none();
            let grace_ms = self.grace_of(task, cx.config);
            alive.then(|| killed(cx, &key, task, grace_ms, Why::Ordered))
        });
        others.collect()
    }

    /// The agent's own executor is over with the last of its tasks; `ending` are those that end now.
    pub(super) fn end_with_last(&self, key: &Key, task: &Task, ending: &[&Key]) -> Option<Event> {
        let executor = task.executor(&key.framework_id)?;
        let known = self.executors.get(&executor)?;
        let last = known.spec.kind == ExecutorKind::Default
            && self
                .tasks_of(&executor)
                .all(|(key, task)| task.is_over() || ending.contains(&key));
        last.then(|| ended(executor, None, 0))
    }
}

pub(super) fn ended(key: ExecutorKey, container_id: Option<ContainerId>, status: i32) -> Event {
    Event::ExecutorEnded {
        key,
        container_id,
        status,
    }
}
