//! What the world should do, from the state alone.

mod executor;
mod guest;

use crate::{Agent, Effect, Event, Key, Phase, Subject, Task};

impl Agent {
    pub(crate) fn work_on(&self, subject: &Subject, effects: &mut Vec<Effect>) {
        match subject {
            Subject::Holdings => self.work_on_holdings(effects),
            Subject::Task(key) => self.work_on_task(key, effects),
            Subject::Executor(key) => self.work_on_executor(key, effects),
            Subject::Guest(path) => self.work_on_guest(path, effects),
            Subject::Oversubscribed => effects.push(Effect::SendOversubscribed(self.oversubscribed.clone())),
            Subject::Over {
                key,
                container_id,
                status,
            } => over(key, container_id.as_ref(), *status, effects),
        }
    }

    /// What is to be done about the reservations and volumes now.
    fn work_on_holdings(&self, effects: &mut Vec<Effect>) {
        effects.push(match (self.held(), self.unmade()) {
            (Some(held), _) => Effect::SendHeld(held.clone()),
            (None, Some(unmade)) => Effect::SendUnmade(unmade),
            (None, None) => Effect::MakeVolumes(self.holdings.version),
        });
    }

    /// What is to be done about a task now: in this order, so that a kill reaches a container that is being started.
    fn work_on_task(&self, key: &Key, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get(key) else { return };
        if task.is_custom() {
            self.tell_executor(key, task, effects);
        } else {
            self.work_on_container(key, task, effects);
        }
        effects.extend(task.update(&key.framework_id).map(Effect::Send));
    }

    fn work_on_container(&self, key: &Key, task: &Task, effects: &mut Vec<Effect>) {
        match task.phase {
            Phase::Accepted if !self.is_whole(key, task) => {}
            Phase::Accepted => effects.push(Effect::Launch(key.clone())),
            Phase::Running => effects.push(Effect::Watch {
                container_id: task.container_id.clone(),
                health_check: task.spec.health_check.as_deref().cloned(),
            }),
            Phase::Ended => effects.push(Effect::Destroy(task.container_id.clone())),
        }
        if let (Phase::Accepted | Phase::Running, Some((_, grace_ms))) = (task.phase, task.kill) {
            effects.push(Effect::Kill {
                container_id: task.container_id.clone(),
                grace_ms,
            });
        }
    }

    /// Whether all tasks that are launched together with this one are here.
    pub(crate) fn is_whole(&self, key: &Key, task: &Task) -> bool {
        task.spec.group.iter().all(|task_id| {
            let member = Key {
                framework_id: key.framework_id.clone(),
                task_id: task_id.clone(),
            };
            self.tasks.contains_key(&member) || self.forgotten.contains(&member)
        })
    }

    /// Whom a fact concerns: a task brings its executor, which may use more or less with it, and its group, which may be
    /// whole by it; a new connection of an executor brings all that it is to be told.
    pub(crate) fn touched_subjects(&self, event: &Event, subjects: &mut Vec<Subject>) {
        if let Some(key) = event.key() {
            subjects.push(Subject::Task(key.clone()));
            if let Some(task) = self.tasks.get(key) {
                subjects.extend(task.executor(&key.framework_id).map(Subject::Executor));
            }
        }
        match event {
            Event::HoldingsOrdered { .. } | Event::VolumesMade { .. } | Event::VolumesFailed { .. } => {
                subjects.push(Subject::Holdings);
            }
            Event::Guest(event) => subjects.push(Subject::Guest(event.path().clone())),
            Event::Oversubscribed { .. } => subjects.push(Subject::Oversubscribed),
            Event::TaskAccepted { key, spec, .. } => subjects.extend(spec.group.iter().map(|task_id| {
                Subject::Task(Key {
                    framework_id: key.framework_id.clone(),
                    task_id: task_id.clone(),
                })
            })),
            Event::ExecutorConnected { key, .. } => {
                let tasks = self.tasks_of(key).map(|(key, _)| Subject::Task(key.clone()));
                subjects.extend(tasks);
            }
            Event::ExecutorEnded {
                key,
                container_id,
                status,
            } => subjects.push(Subject::Over {
                key: key.clone(),
                container_id: container_id.clone(),
                status: *status,
            }),
            _ => {}
        }
        subjects.extend(event.executor().cloned().map(Subject::Executor));
    }
}

fn over(
    key: &crate::ExecutorKey,
    container_id: Option<&base_ids::ContainerId>,
    status: i32,
    effects: &mut Vec<Effect>,
) {
    effects.extend(container_id.cloned().map(Effect::Destroy));
    effects.push(Effect::SendExit(wire_link::ExecutorExit {
        framework_id: key.framework_id.clone(),
        executor_id: key.executor_id.clone(),
        status,
    }));
}
