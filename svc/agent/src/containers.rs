//! Orders about containers, each carried out once however often it is given.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use base_ids::{AgentId, ContainerId, Principal};
use core_agent::{Agent, Command, Executor, ExecutorKey, Exit, Key, Task};
use io_runtime::{Ending, ExitStatus, Launch, Runtime};
use model_cluster::HealthCheck;
use model_resources::Resources;
use tokio::{
    sync::{Mutex, mpsc},
    task::AbortHandle,
};
use tracing::{debug, info, warn};

use crate::{
    Handle, Options,
    driver::Reconnects,
    executor::{Delivery, Executors},
    health,
    prepare::{limits, prepare, prepare_executor},
    tell::tell,
    volumes,
};

/// What the keeper is told.
pub(crate) enum Order {
    /// Start a task's container.
    Launch(Box<Start>),
    /// Wait for a container's end, and probe its health.
    Watch(ContainerId, Option<HealthCheck>),
    /// End it, with so many milliseconds of grace.
    Kill(ContainerId, u64),
    /// Remove what is left of it.
    Destroy(ContainerId),
    /// Start an executor's container.
    LaunchExecutor(Box<StartExecutor>),
    /// Tell an executor something.
    Tell(Box<Delivery>),
    /// Let it use so much.
    Resize(ContainerId, Resources),
    /// Ask an executor on a native driver to come back; where it listens.
    Reconnect(ExecutorKey, String),
    /// Have the volumes of this version of the holdings.
    MakeVolumes(u64),
}

/// All that is needed to start a task.
pub(crate) struct Start {
    pub(crate) agent_id: AgentId,
    pub(crate) key: Key,
    pub(crate) task: Task,
    pub(crate) agent: Agent,
}

/// All that is needed to start an executor.
pub(crate) struct StartExecutor {
    pub(crate) agent_id: AgentId,
    pub(crate) key: ExecutorKey,
    pub(crate) executor: Executor,
    pub(crate) agent: Agent,
}

impl Order {
    pub(crate) fn launch_executor(agent: &Agent, key: &ExecutorKey, executor: &Executor) -> Self {
        Self::LaunchExecutor(Box::new(StartExecutor {
            agent_id: agent
                .agent_id()
                .cloned()
                .unwrap_or_else(|| AgentId::from("unregistered")),
            key: key.clone(),
            executor: executor.clone(),
            agent: agent.clone(),
        }))
    }

    pub(crate) fn launch(agent: &Agent, key: &Key, task: &Task) -> Self {
        let agent_id = agent
            .agent_id()
            .cloned()
            .unwrap_or_else(|| AgentId::from("unregistered"));
        Self::Launch(Box::new(Start {
            agent_id,
            key: key.clone(),
            task: task.clone(),
            agent: agent.clone(),
        }))
    }
}

/// Carries the orders out.
pub(crate) struct Keeper {
    pub(crate) options: Options,
    pub(crate) runtime: Runtime,
    pub(crate) handle: Handle,
    pub(crate) who: Principal,
    pub(crate) launched: HashSet<ContainerId>,
    pub(crate) watched: HashMap<ContainerId, Option<AbortHandle>>,
    pub(crate) kills: HashMap<ContainerId, u64>,
    pub(crate) destroyed: HashSet<ContainerId>,
    pub(crate) sizes: HashMap<ContainerId, Resources>,
    pub(crate) executors: Executors,
    pub(crate) reconnects: Reconnects,
    /// Held by whoever changes the volumes' directories.
    pub(crate) volumes: Arc<Mutex<()>>,
}

impl Keeper {
    pub(crate) async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        while let Some(order) = orders.recv().await {
            match order {
                Order::Launch(start) => self.launch(*start),
                Order::Watch(id, check) => self.watch(id, check),
                Order::Kill(id, grace_ms) => self.kill(id, grace_ms),
                Order::Destroy(id) => self.destroy(id),
                Order::LaunchExecutor(start) => self.launch_executor(*start),
                Order::Tell(delivery) => self.deliver(*delivery),
                Order::Resize(id, resources) => self.resize(id, resources),
                Order::Reconnect(key, pid) => self.reconnects.ask(&self.options, &self.handle, key, &pid),
                Order::MakeVolumes(version) => self.make_volumes(version),
            }
        }
    }

    fn launch(&mut self, start: Start) {
        let id = start.task.container_id.clone();
        if !self.launched.insert(id.clone()) {
            return;
        }
        let options = self.options.clone();
        self.start(id, move || prepare(&options, &start));
    }

    fn launch_executor(&mut self, start: StartExecutor) {
        let id = start.executor.container_id.clone();
        if !self.launched.insert(id.clone()) {
            return;
        }
        let options = self.options.clone();
        self.start(id, move || prepare_executor(&options, &start));
    }

    fn start(&self, id: ContainerId, prepare: impl FnOnce() -> io_runtime::Result<Launch> + Send + 'static) {
        let runtime = self.runtime.clone();
        let (handle, who) = (self.handle.clone(), self.who.clone());
        tokio::spawn(async move {
            let result = match prepare() {
                Ok(launch) => runtime.launch(&launch).await,
                Err(error) => Err(error),
            };
            let command = match result {
                Ok(_) => Command::ContainerStarted(id),
                Err(error) => {
                    info!(container_id = %id, %error, "a container could not be started");
                    Command::ContainerExited(id, Exit::NotStarted(error.to_string()))
                }
            };
            tell(&handle, &who, command);
        });
    }

    /// A container that shrinks below what it uses stays as it is: the kernel takes nothing away.
    fn resize(&mut self, id: ContainerId, resources: Resources) {
        if self.sizes.get(&id) == Some(&resources) {
            return;
        }
        if let Err(error) = self.runtime.resize(id.as_str(), &limits(&self.options, &resources)) {
            debug!(container_id = %id, %error, "a container was not resized");
        }
        self.sizes.insert(id, resources);
    }

    fn make_volumes(&self, version: u64) {
        let maker = volumes::Maker {
            options: self.options.clone(),
            handle: self.handle.clone(),
            who: self.who.clone(),
            turn: self.volumes.clone(),
        };
        tokio::spawn(maker.run(version));
    }

    /// In the order in which it was told: a kill does not overtake its task.
    fn deliver(&self, delivery: Delivery) {
        if let Err((failed, why)) = delivery.prepare(&self.options) {
            for task_id in failed {
                let failed = delivery.failed(task_id, &why);
                tell(&self.handle, &self.who, failed);
            }
            return;
        }
        if !self.executors.hears(delivery.connection, &delivery.event) {
            for task_id in delivery.tasks() {
                let failed = delivery.failed(task_id.clone(), "Native drivers run no task groups");
                tell(&self.handle, &self.who, failed);
            }
            return;
        }
        self.executors.send(delivery.connection, &delivery.event);
    }

    fn watch(&mut self, id: ContainerId, check: Option<HealthCheck>) {
        if self.watched.contains_key(&id) {
            return;
        }
        self.launched.insert(id.clone());
        let probes = check.map(|check| {
            let prober = health::Prober {
                container_id: id.clone(),
                check,
                address: self.options.spec.ip,
                runtime: self.runtime.clone(),
                handle: self.handle.clone(),
                who: self.who.clone(),
            };
            tokio::spawn(prober.run()).abort_handle()
        });
        self.watched.insert(id.clone(), probes);
        let (runtime, handle, who) = (self.runtime.clone(), self.handle.clone(), self.who.clone());
        tokio::spawn(async move {
            let exit = match runtime.wait(id.as_str()).await {
                Ok(Ending::Exited(exit)) => exit_of(&exit),
                Ok(Ending::Lost) => Exit::Vanished("the task's supervisor is gone, and the task with it".into()),
                Err(error) => Exit::Vanished(format!("the task's supervisor can't be asked: {error}")),
            };
            tell(&handle, &who, Command::ContainerExited(id, exit));
        });
    }

    /// A repeated order counts only if it leaves less time. A container that is still being started can't be asked: the
    /// order is given again when it runs.
    fn kill(&mut self, id: ContainerId, grace_ms: u64) {
        if !self.watched.contains_key(&id) {
            return;
        }
        if self.kills.get(&id).is_some_and(|given| *given <= grace_ms) {
            return;
        }
        self.kills.insert(id.clone(), grace_ms);
        let runtime = self.runtime.clone();
        tokio::spawn(async move {
            if let Err(error) = runtime.kill(id.as_str(), Duration::from_millis(grace_ms)).await {
                warn!(container_id = %id, %error, "a kill did not reach its container");
            }
        });
    }

    fn destroy(&mut self, id: ContainerId) {
        if !self.destroyed.insert(id.clone()) {
            return;
        }
        if let Some(Some(probes)) = self.watched.remove(&id) {
            probes.abort();
        }
        self.kills.remove(&id);
        self.launched.remove(&id);
        self.sizes.remove(&id);
        let runtime = self.runtime.clone();
        tokio::spawn(async move {
            match runtime.destroy(id.as_str()).await {
                // One that never started left nothing.
                Ok(()) | Err(io_runtime::Error::Unknown { .. }) => {}
                Err(error) => warn!(container_id = %id, %error, "an ended container could not be removed"),
            }
        });
    }
}

/// How the runtime saw an end, in the machine's terms.
pub(crate) fn exit_of(exit: &io_runtime::Exit) -> Exit {
    match (exit.oom, exit.status) {
        (true, _) => Exit::OutOfMemory {
            limit: exit.memory_limit_bytes.unwrap_or(0),
            peak: exit.memory_peak_bytes.or(exit.memory_limit_bytes).unwrap_or(0),
        },
        (false, ExitStatus::Code(code)) => Exit::Code(code),
        (false, ExitStatus::Signal(signal)) => Exit::Signal(signal),
    }
}
