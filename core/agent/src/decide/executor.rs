//! The life of executors.

use std::time::Duration;

use base_ids::ContainerId;
use core_machine::Ctx;
use model_cluster::{Reason, Source, TaskState, TaskStatus};
use wire_link::ShutdownExecutor;

use super::{
    end_task::ended,
    kill_task::{Why, killed},
    stamped,
};
use crate::{Agent, Config, Doom, Event, Executor, ExecutorKey, Exit, Key, Owner, Phase, Reject, Task};

/// How many updates of a task may wait for its scheduler.
const UPDATES: usize = 1000;

impl Agent {
    /// An executor's container runs, or was found running after the agent's restart: it is expected to subscribe.
    pub(super) fn start_executor(&self, cx: &Ctx<'_, Config>, id: &ContainerId) -> Vec<Event> {
        let Some(Owner::Executor(key)) = self.containers.get(id) else {
            return Vec::new();
        };
        let Some(executor) = self.executors.get(key) else {
            return Vec::new();
        };
        let mut events = Vec::new();
        if !executor.running {
            events.push(Event::ExecutorStarted { key: key.clone() });
        }
        if !self.connections.contains_key(key) {
            let timeout_ms = if executor.registered {
                cx.config.reregistration_timeout_ms
            } else {
                cx.config.registration_timeout_ms
            };
            events.push(Event::ExecutorAwaited {
                key: key.clone(),
                until: cx.now + Duration::from_millis(timeout_ms),
            });
        }
        events
    }

    /// An executor is there. What it said before and got no answer to is taken first.
    pub(super) fn subscribe_executor(
        &self,
        cx: &Ctx<'_, Config>,
        key: ExecutorKey,
        connection: u64,
        updates: Vec<TaskStatus>,
        pid: Option<String>,
    ) -> Result<Vec<Event>, Reject> {
        let executor = self.custom(&key)?;
        // It may be faster than the news that its container runs.
        let mut events: Vec<_> = (!executor.running)
            .then(|| Event::ExecutorStarted { key: key.clone() })
            .into_iter()
            .collect();
        if !executor.registered || executor.pid != pid {
            events.push(Event::ExecutorRegistered { key: key.clone(), pid });
        }
        for status in updates {
            let same = |event: &Event| matches!(event, Event::TaskEnded { key, .. } if key.task_id == status.task_id);
            if !events.iter().any(same) {
                events.extend(self.update_of(cx, &key, status)?);
            }
        }
        events.push(Event::ExecutorConnected { key, connection });
        Ok(events)
    }

    /// An executor's stream ended. One on a native driver does not notice by itself: it is asked to come back, and while it
    /// has tasks it is waited for as after a restart.
    pub(super) fn close_executor(&self, cx: &Ctx<'_, Config>, key: ExecutorKey, connection: u64) -> Vec<Event> {
        if self.connections.get(&key) != Some(&connection) {
            return Vec::new();
        }
        let mut events = vec![Event::ExecutorDisconnected { key: key.clone() }];
        let driven = self.executors.get(&key).is_some_and(|executor| executor.pid.is_some());
        if driven && self.tasks_of(&key).any(|(_, task)| !task.is_over()) {
            events.push(Event::ExecutorAwaited {
                key,
                until: cx.now + Duration::from_millis(cx.config.reregistration_timeout_ms),
            });
        }
        events
    }

    /// An executor says what became of a task. What it does not have, or has said before, is no news.
    pub(super) fn update_task(
        &self,
        cx: &Ctx<'_, Config>,
        executor: &ExecutorKey,
        status: TaskStatus,
    ) -> Result<Vec<Event>, Reject> {
        self.custom(executor)?;
        Ok(self.update_of(cx, executor, status)?.into_iter().collect())
    }

    fn update_of(
        &self,
        cx: &Ctx<'_, Config>,
        executor: &ExecutorKey,
        mut status: TaskStatus,
    ) -> Result<Option<Event>, Reject> {
        let key = Key {
            framework_id: executor.framework_id.clone(),
            task_id: status.task_id.clone(),
        };
        let task = self
            .tasks
            .get(&key)
            .filter(|task| task.executor(&key.framework_id).as_ref() == Some(executor));
        let Some(task) = task.filter(|task| !task.is_over()) else {
            return Ok(None);
        };
        if status.uuid.is_none_or(|uuid| task.heard.contains(&uuid)) {
            return Ok(None);
        }
        status.at = status.at.min(cx.now);
        if status.state.is_terminal() {
            return Ok(Some(Event::TaskEnded { key, status }));
        }
        if task.unacked.len() >= UPDATES {
            return Err(Reject::TooManyUpdates { key, limit: UPDATES });
        }
        Ok(Some(Event::TaskUpdated { key, status }))
    }

    /// An executor's container is over, and its tasks with it.
    pub(super) fn end_executor(&self, cx: &mut Ctx<'_, Config>, key: &ExecutorKey, exit: &Exit) -> Vec<Event> {
        let Some(executor) = self.executors.get(key) else {
            return Vec::new();
        };
        let tasks: Vec<_> = self.tasks_of(key).filter(|(_, task)| !task.is_over()).collect();
        let mut events: Vec<Event> = tasks
            .into_iter()
            .map(|(task_key, task)| {
                let status = with_executor(executor, exit, task, cx);
                Event::TaskEnded {
                    key: task_key.clone(),
                    status: stamped(cx, status),
                }
            })
            .collect();
        let container_id = Some(executor.container_id.clone());
        events.push(ended(key.clone(), container_id, exit.wait_status()));
        events
    }

    /// A scheduler, or the end of a framework, ends an executor. The agent's own one ends with its tasks.
    pub(super) fn shutdown_executor(
        &self,
        cx: &mut Ctx<'_, Config>,
        order: ShutdownExecutor,
    ) -> Result<Vec<Event>, Reject> {
        self.fresh(order.epoch)?;
        let key = ExecutorKey {
            framework_id: order.framework_id,
            executor_id: order.executor_id,
        };
        let Some(executor) = self.executors.get(&key) else {
            return Err(Reject::UnknownExecutor(key));
        };
        if executor.shutdown.is_some() {
            return Ok(Vec::new());
        }
        let mut events = vec![shutdown(cx, &key, executor)];
        if !executor.is_custom() {
            let alive = self
                .tasks_of(&key)
                .filter(|(_, task)| !task.is_over() && task.kill.is_none());
            events.extend(alive.map(|(key, task)| {
                let grace_ms = self.grace_of(task, cx.config);
                killed(cx, key, task, grace_ms, Why::Ordered)
            }));
        }
        Ok(events)
    }

    /// Ends by force what did not subscribe in time, or not end.
    pub(super) fn doom_executors(&self, cx: &Ctx<'_, Config>) -> Vec<Event> {
        let due = self
            .executors
            .iter()
            .filter(|(key, _)| self.doomed_at(key).is_some_and(|at| at <= cx.now));
        let doom = due.map(|(key, executor)| {
            let (reason, message) = match (executor.shutdown, executor.registered) {
                (Some(_), _) => (Reason::ExecutorTerminated, "Executor did not shut down in time"),
                (None, false) => (
                    Reason::ExecutorRegistrationTimeout,
                    "Executor did not register within its timeout",
                ),
                (None, true) => (
                    Reason::ExecutorReregistrationTimeout,
                    "Executor did not reregister within its timeout",
                ),
            };
            Event::ExecutorDoomed {
                key: key.clone(),
                doom: Doom {
                    reason,
                    message: message.to_owned(),
                },
            }
        });
        doom.collect()
    }

    /// A task that never reached its executor ends at once, and the executor with it if it has no other.
    pub(super) fn end_unheard(&self, cx: &mut Ctx<'_, Config>, key: &Key, task: &Task) -> Option<Vec<Event>> {
        if let Some(whole) = self.end_unwhole(cx, key, task) {
            return Some(whole);
        }
        let executor_key = task.executor(&key.framework_id)?;
        let executor = self.executors.get(&executor_key)?;
        if !executor.is_custom() || executor.registered || task.phase != Phase::Accepted {
            return None;
        }
        let members: Vec<_> = self.members(key, task).collect();
        let status = |task: &Task| {
            TaskStatus::new(task.spec.task_id.clone(), TaskState::Killed, Source::Agent, cx.now)
                .because(Reason::TaskKilledDuringLaunch, "Killed before delivery to the executor")
        };
        let statuses: Vec<_> = members.iter().map(|(key, task)| (*key, status(task))).collect();
        let mut events: Vec<Event> = Vec::new();
        for (key, status) in statuses {
            events.push(Event::TaskEnded {
                key: key.clone(),
                status: stamped(cx, status),
            });
        }
        let others = |(key, task): &(&Key, &Task)| !task.is_over() && members.iter().all(|(member, _)| member != key);
        if !self.tasks_of(&executor_key).any(|pair| others(&pair)) && !executor.is_ending() {
            events.push(shutdown(cx, &executor_key, executor));
        }
        Some(events)
    }

    /// A group that is killed before all of it is here never starts.
    fn end_unwhole(&self, cx: &mut Ctx<'_, Config>, key: &Key, task: &Task) -> Option<Vec<Event>> {
        if task.phase != Phase::Accepted || self.is_whole(key, task) {
            return None;
        }
        let members: Vec<_> = self.members(key, task).collect();
        let mut events = Vec::new();
        for (key, task) in &members {
            let status = TaskStatus::new(task.spec.task_id.clone(), TaskState::Killed, Source::Agent, cx.now)
                .because(Reason::TaskKilledDuringLaunch, "Killed before the group was whole");
            events.push(Event::TaskEnded {
                key: (*key).clone(),
                status: stamped(cx, status),
            });
        }
        let ending: Vec<&Key> = members.iter().map(|(key, _)| *key).collect();
        events.extend(self.end_with_last(key, task, &ending));
        Some(events)
    }

    /// A task and those of its group that are here and not over.
    fn members<'a>(&'a self, key: &'a Key, task: &'a Task) -> impl Iterator<Item = (&'a Key, &'a Task)> {
        let others = self.tasks.iter().filter(move |(other, member)| {
            other.framework_id == key.framework_id
                && *other != key
                && !member.is_over()
                && task.spec.group.contains(&other.task_id)
        });
        std::iter::once((key, task)).chain(others)
    }

    fn custom(&self, key: &ExecutorKey) -> Result<&Executor, Reject> {
        let known = self.executors.get(key).filter(|executor| executor.is_custom());
        known.ok_or_else(|| Reject::UnknownExecutor(key.clone()))
    }
}

pub(super) fn shutdown(cx: &Ctx<'_, Config>, key: &ExecutorKey, executor: &Executor) -> Event {
    Event::ShutdownOrdered {
        key: key.clone(),
        at: cx.now,
        grace_ms: executor.spec.shutdown_grace_ms.unwrap_or(cx.config.shutdown_grace_ms),
    }
}

/// The last status of a task whose executor is over.
fn with_executor(executor: &Executor, exit: &Exit, task: &Task, cx: &Ctx<'_, Config>) -> TaskStatus {
    let new = |state| TaskStatus::new(task.spec.task_id.clone(), state, Source::Agent, cx.now);
    match (&executor.doom, exit) {
        (Some(doom), _) if doom.reason == Reason::ContainerPreempted => {
            new(TaskState::Gone).because(doom.reason, doom.message.as_str())
        }
        (Some(doom), _) => new(TaskState::Failed).because(doom.reason, doom.message.as_str()),
        (None, Exit::OutOfMemory { .. } | Exit::NotStarted(_)) => exit.status(task, cx.now),
        (None, exit) => {
            let how = exit.to_string();
            new(TaskState::Failed).because(Reason::ExecutorTerminated, format!("Executor terminated: {how}"))
        }
    }
}
