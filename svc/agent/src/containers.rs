//! Orders about containers, each carried out once however often it is given.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use base_ids::{AgentId, ContainerId, Principal};
use core_agent::{Agent, Command, Exit, Key, Task};
use io_runtime::{Ending, ExitStatus, Launch, Limits, Runtime, Sandbox, User};
use model_cluster::{HealthCheck, Program};
use tokio::{
    sync::{Mutex, mpsc},
    task::AbortHandle,
};
use tracing::{info, warn};

use crate::{Handle, Options, health, sandboxes, tell::tell, volumes};

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
    /// Have the volumes of this version of the holdings.
    MakeVolumes(u64),
}

/// All that is needed to start a task.
pub(crate) struct Start {
    agent_id: AgentId,
    key: Key,
    task: Task,
    agent: Agent,
}

impl Order {
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
                Order::MakeVolumes(version) => self.make_volumes(version),
            }
        }
    }

    fn tell(&self, command: Command) {
        tell(&self.handle, &self.who, command);
    }

    fn launch(&mut self, start: Start) {
        let id = start.task.container_id.clone();
        if !self.launched.insert(id.clone()) {
            return;
        }
        if let Some(uri) = start.task.spec.command.uris.first() {
            let why = format!("this release fetches no URIs, and the task asks for {}", uri.value);
            return self.tell(Command::ContainerExited(id, Exit::NotStarted(why)));
        }
        let (options, runtime) = (self.options.clone(), self.runtime.clone());
        let (handle, who) = (self.handle.clone(), self.who.clone());
        tokio::spawn(async move {
            let result = match prepare(&options, &start) {
                Ok(launch) => runtime.launch(&launch).await,
                Err(error) => Err(error),
            };
            let command = match result {
                Ok(_) => Command::ContainerStarted(id),
                Err(error) => {
                    info!(task_id = %start.key.task_id, %error, "a task could not be started");
                    Command::ContainerExited(id, Exit::NotStarted(error.to_string()))
                }
            };
            tell(&handle, &who, command);
        });
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

fn prepare(options: &Options, start: &Start) -> io_runtime::Result<Launch> {
    let (key, task) = (&start.key, &start.task);
    let user = match task.spec.command.user.as_deref().unwrap_or(&task.default_user) {
        "" => None,
        name => Some(name.parse::<User>().map_err(|error| io_runtime::Error::Invalid {
            id: task.container_id.to_string(),
            field: "user",
            reason: error.to_string(),
        })?),
    };
    let path = sandboxes::path(&options.dir, &start.agent_id, key, &task.container_id);
    let sandbox = Sandbox::create(path, user.as_ref())?;
    if let Err(error) = sandboxes::link_latest(sandbox.path()) {
        warn!(%error, "the link to the latest sandbox could not be set");
    }
    let command = match &task.spec.command.program {
        Program::Shell(text) => io_runtime::Command::Shell(text.clone()),
        Program::Exec(argv) => io_runtime::Command::Argv(argv.clone()),
    };
    let mut launch = Launch::new(task.container_id.as_str(), command, sandbox.path());
    let env = core_agent::environment(&start.agent, key, task, &sandbox.path().to_string_lossy());
    launch.env = env.into_iter().collect();
    launch.user = user;
    launch.volumes = volumes::mounts(&options.dir, &start.agent, key, task, launch.user.as_ref())?;
    launch.limits = limits(options, task);
    launch.grace_ms = task
        .spec
        .kill_grace_ms
        .unwrap_or(core_agent::Config::default().kill_grace_ms);
    Ok(launch)
}

fn limits(options: &Options, task: &Task) -> Limits {
    let some = |amount: f64| Some(amount).filter(|amount| *amount > 0.0);
    let cpus = some(task.spec.resources.cpus().to_f64());
    let memory = some(task.spec.resources.mem().to_f64());
    Limits {
        cpus,
        cpus_max: cpus.filter(|_| options.cfs_quota),
        // Mesos never gives less than 32 MB: less than that kills the shell before it can say why.
        memory_bytes: memory.map(|mib| (mib.max(32.0) * 1024.0 * 1024.0) as u64),
        pids_max: Some(options.pids_max),
    }
}
