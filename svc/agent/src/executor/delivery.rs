use std::path::{Path, PathBuf};

use base_ids::{TaskId, Uuid};
use core_agent::{Agent, Command, ExecutorKey, Key, Order, Owner};
use model_cluster::{Reason, Source, TaskState, TaskStatus};
use tracing::warn;
use wire_mesos::v1::executor::Event;

use super::{Executors, events, now};
use crate::{Options, prepare::user_of, sandboxes, volumes};

/// Something that an executor is told once, with what must be in its sandbox before.
pub(crate) struct Delivery {
    pub(crate) connection: u64,
    pub(crate) event: Event,
    key: ExecutorKey,
    /// The tasks that it is given.
    tasks: Vec<TaskId>,
    agent: Agent,
}

impl Delivery {
    /// An order as the executor hears it; `None` if it was given on this connection, concerns tasks that the executor has
    /// already, or one that is no more.
    pub(crate) fn of(
        executors: &Executors,
        agent: &Agent,
        key: ExecutorKey,
        connection: u64,
        order: Order,
    ) -> Option<Self> {
        if !executors.is_news(connection, &order) {
            return None;
        }
        let event = events::order(agent, &key.framework_id, &order)?;
        let tasks = match order {
            Order::Launch(tasks) => tasks,
            Order::Kill { .. } | Order::Shutdown => Vec::new(),
        };
        Some(Self {
            connection,
            event,
            key,
            tasks,
            agent: agent.clone(),
        })
    }

    /// Names the tasks in the executor's sandbox, and links their volumes there: its container runs, and nothing can be
    /// mounted in it any more. So nobody sees to it that one is only read, as with Mesos' POSIX isolation.
    ///
    /// # Errors
    /// The tasks that can't be given to the executor, and why.
    pub(crate) fn prepare(&self, options: &Options) -> Result<(), (Vec<TaskId>, String)> {
        let Some(run) = self.run(&options.dir) else {
            return Ok(());
        };
        for task_id in &self.tasks {
            let key = self.task(task_id);
            if let Err(error) = sandboxes::name_task(&run, &key, Path::new("..")) {
                warn!(%error, "a task could not be named in its executor's sandbox");
            }
            self.link(options, &run, key)
                .map_err(|why| (self.tasks.clone(), format!("The volumes of task '{task_id}': {why}")))?;
        }
        Ok(())
    }

    /// The tasks that the executor is given.
    pub(crate) fn tasks(&self) -> &[TaskId] {
        &self.tasks
    }

    /// The end of a task that the executor never sees.
    pub(crate) fn failed(&self, task_id: TaskId, why: &str) -> Command {
        let mut status = TaskStatus::new(task_id, TaskState::Failed, Source::Agent, now())
            .because(Reason::ContainerUpdateFailed, why);
        status.uuid = Some(Uuid::from_random(uuid::Uuid::new_v4().as_u128()));
        Command::UpdateTask(self.key.clone(), status)
    }

    fn task(&self, task_id: &TaskId) -> Key {
        Key {
            framework_id: self.key.framework_id.clone(),
            task_id: task_id.clone(),
        }
    }

    fn run(&self, dir: &Path) -> Option<PathBuf> {
        let container_id = &self.agent.executor(&self.key)?.container_id;
        Some(sandboxes::executor_path(
            dir,
            self.agent.agent_id()?,
            &self.key,
            container_id,
        ))
    }

    fn link(&self, options: &Options, run: &Path, key: Key) -> Result<(), String> {
        let Some((executor, task)) = self.agent.executor(&self.key).zip(self.agent.task(&key)) else {
            return Ok(());
        };
        let command = executor.spec.command.as_ref();
        let user = command.map(|command| user_of(&executor.container_id, command, &executor.default_user));
        let user = user.transpose().map_err(|error| error.to_string())?.flatten();
        let owner = Owner::Task(key);
        let volumes = volumes::mounts(&options.dir, &self.agent, &owner, &task.spec.resources, user.as_ref());
        for volume in volumes.map_err(|error| error.to_string())? {
            io_runtime::point_within(run, &volume.target, &volume.source)
                .map_err(|error| format!("{} can't be made in the sandbox: {error}", volume.target.display()))?;
        }
        Ok(())
    }
}
