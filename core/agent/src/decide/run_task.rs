use std::sync::Arc;

use base_ids::{ContainerId, TaskId};
use core_machine::Ctx;
use model_cluster::{Capability, ExecutorKind, ExecutorSpec, Reason, Source, TaskState, TaskStatus};
use wire_link::{Origin, RunTask};

use super::stamped;
use crate::{Agent, Config, Event, ExecutorKey, Key, Phase, Reject};

impl Agent {
    /// Takes a task on. The order is repeated until it is answered, so a known task changes nothing; nor does
    /// one that is over and forgotten, or a late copy of the order would run it twice.
    pub(super) fn run_task(&self, cx: &mut Ctx<'_, Config>, mut order: RunTask) -> Result<Vec<Event>, Reject> {
        self.fresh(order.epoch)?;
        let key = Key {
            framework_id: order.framework_id.clone(),
            task_id: order.task.task_id.clone(),
        };
        if self.tasks.contains_key(&key) || self.forgotten.contains(&key) {
            return Ok(Vec::new());
        }
        let end = self.end_at_once(cx, &order);
        let mut events = Vec::new();
        let (executor, framework) = (order.task.executor.clone(), order.framework.take());
        let container_id = match executor.zip(framework) {
            Some((executor, framework)) if end.is_none() => {
                self.join_executor(cx, &order, executor, framework, &mut events)
            }
            _ => ContainerId::from(cx.uuid().to_string()),
        };
        let group = started_here(&order);
        let RunTask {
            task: spec,
            default_user,
            index,
            killing,
            leadership,
            ..
        } = order;
        events.push(Event::TaskAccepted {
            key: key.clone(),
            spec: Arc::unwrap_or_clone(spec),
            default_user,
            container_id,
            index,
            killing,
            leadership,
        });
        match end {
            Some(status) => events.push(Event::TaskEnded { key, status }),
            None => events.extend(self.starting(cx, &key, &group)),
        }
        Ok(events)
    }

    /// With the last of its tasks a group of the agent's own executor starts, and a command by itself.
    fn starting(&self, cx: &mut Ctx<'_, Config>, key: &Key, group: &[TaskId]) -> Vec<Event> {
        let member = |task_id: &TaskId| Key {
            framework_id: key.framework_id.clone(),
            task_id: task_id.clone(),
        };
        let members: Vec<Key> = group.iter().map(member).collect();
        if !members
            .iter()
            .all(|member| member == key || self.tasks.contains_key(member))
        {
            return Vec::new();
        }
        let starting = members.into_iter().map(|key| {
            let status = TaskStatus::new(key.task_id.clone(), TaskState::Starting, Source::Executor, cx.now);
            let status = stamped(cx, status);
            Event::TaskStarting { key, status }
        });
        starting.collect()
    }

    /// Takes the task's executor on, unless it is there; gives the container that the task is in.
    fn join_executor(
        &self,
        cx: &mut Ctx<'_, Config>,
        order: &RunTask,
        spec: Box<ExecutorSpec>,
        framework: Box<model_cluster::FrameworkSpec>,
        events: &mut Vec<Event>,
    ) -> ContainerId {
        let key = ExecutorKey {
            framework_id: order.framework_id.clone(),
            executor_id: spec.executor_id.clone(),
        };
        let kind = spec.kind;
        let known = self.executors.get(&key).map(|executor| executor.container_id.clone());
        let container_id = known.unwrap_or_else(|| {
            let container_id = ContainerId::from(cx.uuid().to_string());
            events.push(Event::ExecutorAccepted {
                key: key.clone(),
                spec,
                framework,
                default_user: order.default_user.clone(),
                container_id: container_id.clone(),
                origin: Origin {
                    leadership: order.leadership,
                    index: order.index,
                },
            });
            container_id
        });
        match kind {
            ExecutorKind::Custom => container_id,
            ExecutorKind::Default => ContainerId::from(cx.uuid().to_string()),
        }
    }

    /// The end of a task that comes too late: its executor is ending, or one of its group has ended.
    fn end_at_once(&self, cx: &mut Ctx<'_, Config>, order: &RunTask) -> Option<TaskStatus> {
        let executor = order.task.executor.as_ref()?;
        let key = ExecutorKey {
            framework_id: order.framework_id.clone(),
            executor_id: executor.executor_id.clone(),
        };
        let new = |state| TaskStatus::new(order.task.task_id.clone(), state, Source::Agent, cx.now);
        let status = if self.executors.get(&key).is_some_and(|executor| executor.is_ending()) {
            let aware = order.framework.as_ref();
            let aware = aware.is_some_and(|framework| framework.can(Capability::PartitionAware));
            let state = if aware { TaskState::Dropped } else { TaskState::Lost };
            new(state).because(Reason::ExecutorTerminated, "The executor is shutting down")
        } else if order.task.group.iter().any(|task_id| self.is_past(order, task_id)) {
            new(TaskState::Killed).because(Reason::TaskKilledDuringLaunch, "A task of the group was killed before")
        } else {
            return None;
        };
        Some(stamped(cx, status))
    }

    fn is_past(&self, order: &RunTask, task_id: &TaskId) -> bool {
        let key = Key {
            framework_id: order.framework_id.clone(),
            task_id: task_id.clone(),
        };
        let known = self.tasks.get(&key);
        known.is_some_and(|task| task.phase == Phase::Ended) || self.forgotten.contains(&key)
    }
}

/// The tasks that the agent itself starts together and says so of: the group of one in its own executor, or a command.
fn started_here(order: &RunTask) -> Vec<TaskId> {
    let task = &order.task;
    match &task.executor {
        Some(executor) if executor.kind == ExecutorKind::Default => task.group.clone(),
        None if order.starting => vec![task.task_id.clone()],
        _ => Vec::new(),
    }
}
