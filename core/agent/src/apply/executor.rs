use crate::{Agent, Event, Executor, ExecutorKey, Owner, Phase};

/// How many uuids of a task's updates are remembered: an executor has that many unanswered at most.
const HEARD: usize = 64;

impl Agent {
    pub(super) fn fold_executor(&mut self, event: &Event) {
        match event {
            Event::ExecutorAccepted {
                key,
                spec,
                framework,
                default_user,
                container_id,
            } => {
                let executor = Executor {
                    spec: spec.as_ref().clone(),
                    framework: framework.as_ref().clone(),
                    default_user: default_user.clone(),
                    container_id: container_id.clone(),
                    running: false,
                    registered: false,
                    shutdown: None,
                    doom: None,
                    pid: None,
                };
                let owner = Owner::Executor(key.clone());
                self.containers.insert(container_id.clone(), owner);
                self.executors.insert(key.clone(), executor);
            }
            Event::ExecutorStarted { key } => self.change_executor(key, |executor| executor.running = true),
            Event::ExecutorRegistered { key, pid } => self.change_executor(key, |executor| {
                executor.registered = true;
                executor.pid.clone_from(pid);
            }),
            Event::TaskUpdated { key, status } => self.change(key, |task| {
                task.phase = Phase::Running;
                task.tell(status);
                if task.heard.len() == HEARD {
                    task.heard.pop_front();
                }
                task.heard.extend(status.uuid);
            }),
            Event::TaskStarting { key, status } => self.change(key, |task| task.tell(status)),
            Event::ShutdownOrdered { key, at, grace_ms } => {
                self.change_executor(key, |executor| executor.shutdown = Some((*at, *grace_ms)));
            }
            Event::ExecutorDoomed { key, doom } => {
                self.change_executor(key, |executor| executor.doom = Some(doom.clone()));
            }
            Event::ExecutorEnded { key, .. } => self.forget_executor(key),
            soft => self.fold_connection(soft),
        }
    }

    fn fold_connection(&mut self, event: &Event) {
        match event {
            Event::ExecutorConnected { key, connection } => {
                self.awaited.remove(key);
                self.connections.insert(key.clone(), *connection);
            }
            Event::ExecutorDisconnected { key } => {
                self.connections.remove(key);
            }
            Event::ExecutorAwaited { key, until } => {
                self.awaited.insert(key.clone(), *until);
            }
            _ => {}
        }
    }

    fn forget_executor(&mut self, key: &ExecutorKey) {
        self.awaited.remove(key);
        self.connections.remove(key);
        if let Some(executor) = self.executors.remove(key) {
            self.containers.remove(&executor.container_id);
        }
    }

    fn change_executor(&mut self, key: &ExecutorKey, change: impl FnOnce(&mut Executor)) {
        if let Some(executor) = self.executors.get_mut(key) {
            change(executor);
        }
    }
}
