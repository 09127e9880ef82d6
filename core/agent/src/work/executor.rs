use std::time::Duration;

use base_clock::Timestamp;
use model_resources::Resources;

use crate::{Agent, Effect, Executor, ExecutorKey, Key, Order, Phase, Task};

impl Agent {
    /// What is to be done about an executor now. The agent's own has no process: its tasks have containers themselves.
    pub(super) fn work_on_executor(&self, key: &ExecutorKey, effects: &mut Vec<Effect>) {
        let Some(executor) = self.executors.get(key).filter(|executor| executor.is_custom()) else {
            return;
        };
        if executor.running {
            effects.push(Effect::Watch {
                container_id: executor.container_id.clone(),
                health_check: None,
            });
            effects.push(Effect::Resize {
                container_id: executor.container_id.clone(),
                resources: self.size_of(key),
            });
            effects.extend(self.reconnect(key, executor));
        } else {
            effects.push(Effect::LaunchExecutor(key.clone()));
        }
        if executor.shutdown.is_some() {
            effects.extend(self.tell(key, Order::Shutdown));
        }
        if executor.doom.is_some() {
            effects.push(Effect::Kill {
                container_id: executor.container_id.clone(),
                grace_ms: 0,
            });
        }
    }

    /// A native driver waits for its agent; one over HTTP comes by itself.
    fn reconnect(&self, key: &ExecutorKey, executor: &Executor) -> Option<Effect> {
        let pid = executor.pid.clone()?;
        let away = executor.doom.is_none() && !self.connections.contains_key(key);
        away.then(|| Effect::Reconnect {
            executor: key.clone(),
            pid,
        })
    }

    /// The container of an executor is as large as what it and its tasks use.
    pub fn size_of(&self, key: &ExecutorKey) -> Resources {
        let own = self.executors.get(key).map(|executor| executor.spec.resources.clone());
        let mut resources = own.unwrap_or_default();
        for (_, task) in self.tasks_of(key).filter(|(_, task)| !task.is_over()) {
            resources += &task.spec.resources;
        }
        resources
    }

    /// What the executor of a task is to be told about it: once on each connection, which is the edge's to see to.
    pub(super) fn tell_executor(&self, key: &Key, task: &Task, effects: &mut Vec<Effect>) {
        let Some(executor) = task.executor(&key.framework_id).filter(|_| !task.is_over()) else {
            return;
        };
        if task.phase == Phase::Accepted && self.is_whole(key, task) {
            let tasks = match task.spec.group.as_slice() {
                [] => vec![key.task_id.clone()],
                group => group.to_vec(),
            };
            effects.extend(self.tell(&executor, Order::Launch(tasks)));
        }
        if let Some((_, grace_ms)) = task.kill {
            let task_id = key.task_id.clone();
            effects.extend(self.tell(&executor, Order::Kill { task_id, grace_ms }));
        }
    }

    fn tell(&self, executor: &ExecutorKey, order: Order) -> Option<Effect> {
        Some(Effect::Tell {
            executor: executor.clone(),
            connection: self.connection(executor)?,
            order,
        })
    }

    /// When the next executor is ended by force.
    pub(crate) fn next_doom(&self) -> Option<Timestamp> {
        self.executors.keys().filter_map(|key| self.doomed_at(key)).min()
    }

    /// When an executor is ended by force, if nothing happens before.
    pub(crate) fn doomed_at(&self, key: &ExecutorKey) -> Option<Timestamp> {
        let executor = self.executors.get(key).filter(|executor| executor.doom.is_none())?;
        let shutdown = executor
            .shutdown
            .filter(|_| executor.is_custom())
            .map(|(at, grace_ms)| at + Duration::from_millis(grace_ms));
        shutdown.into_iter().chain(self.awaited.get(key).copied()).min()
    }
}
