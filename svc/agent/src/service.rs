use std::{
    collections::{HashMap, HashSet},
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use base_ids::{ContainerId, Principal};
use core_agent::{Agent, Command, Exit};
use io_engine::StartError;
use io_httpd::serve;
use io_runtime::{Found, Mode, Runtime};
use io_store::{FileOptions, FileSnapshots, FileStore, MachineTag, Store};
use thiserror::Error;
use tokio::{net::TcpListener, sync::mpsc};
use tracing::{info, warn};

use crate::{
    Handle, Options, api,
    containers::{Keeper, exit_of},
    effects::{Effects, Uplink},
    executor::Executors,
    identity,
    link::Link,
    oversubscribe::Watcher,
    sandboxes,
};

/// The agent's machine in its journal.
const TAG: MachineTag = MachineTag(16);
const SNAPSHOT_EVERY: u64 = 20_000;
const QUEUE: usize = 65_536;

/// Why an agent can't start.
#[derive(Debug, Error)]
pub enum Error {
    /// Its journal.
    #[error("the agent's journal: {0}")]
    Store(#[from] io_store::Fault),
    /// Its machine.
    #[error(transparent)]
    Engine(#[from] StartError),
    /// Its containers.
    #[error("the agent's containers: {0}")]
    Runtime(#[from] io_runtime::Error),
    /// Its port.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where it should listen.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
}

/// An agent that is ready to run.
pub struct Service {
    handle: Handle,
    runtime: Runtime,
    listener: TcpListener,
    orders: mpsc::UnboundedReceiver<crate::containers::Order>,
    link: Link,
    options: Options,
    who: Principal,
    preempted: Arc<AtomicU64>,
}

/// Opens the agent's directory, finds its containers and starts its machine.
///
/// # Errors
/// [`enum@Error`]; nothing runs.
pub async fn build(mut options: Options) -> Result<Service, Error> {
    let who = Principal::from("agent");
    let dir = options.dir.join("agent");
    let mut store = FileStore::open(&dir, &FileOptions::default())?;
    let snapshots = FileSnapshots::open(
        &dir.join("snapshots"),
        store.cluster(),
        FileOptions::default().headroom_bytes,
    )?;
    let epoch = store.held().next();
    store.fence(epoch)?;
    let runtime = Runtime::new(runtime_options(&options.dir, options.plain))?;
    for notice in &runtime.probe().notices {
        warn!("{notice}");
    }
    let listen = |source| Error::Listen {
        address: options.listen,
        source,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
    options.spec.port = listener.local_addr().map_err(listen)?.port();
    options.spec.boot_id = identity::boot_id();
    let (orders_in, orders) = mpsc::unbounded_channel();
    let (uplink, executors) = (Uplink::default(), Executors::default());
    let preempted: Arc<AtomicU64> = Arc::default();
    let handle = io_engine::start(io_engine::Options::<Agent> {
        store: Box::new(store),
        snapshots: Box::new(snapshots),
        epoch,
        config: core_agent::Config::default(),
        tag: |_| TAG,
        seed: uuid::Uuid::new_v4().as_u64_pair().0,
        sink: Box::new(Effects {
            uplink: uplink.clone(),
            orders: orders_in,
            executors: executors.clone(),
        }),
        name: "agent",
        queue: QUEUE,
        snapshot_every: SNAPSHOT_EVERY,
    })?;
    let link = Link {
        masters: options.masters.clone(),
        join_token: options.join_token.clone(),
        spec: options.spec.clone(),
        policy: options.policy,
        handle: handle.clone(),
        uplink: uplink.clone(),
        who: who.clone(),
        router: api::router(&api::Agent {
            options: options.clone(),
            handle: handle.clone(),
            runtime: runtime.clone(),
            uplink,
            executors: executors.clone(),
            started: Instant::now(),
            preempted: preempted.clone(),
        }),
        executors,
    };
    Ok(Service {
        handle,
        runtime,
        listener,
        orders,
        link,
        options,
        who,
        preempted,
    })
}

/// How the runtime of an agent's directory is set up; the same for whoever cleans up after it.
pub fn runtime_options(dir: &Path, plain: bool) -> io_runtime::Options {
    let name = dir.to_string_lossy();
    let hash = io_runtime::digest(&name);
    let mut runtime = io_runtime::Options::new(dir.join("run"), format!("harmony/{hash:016x}"));
    if plain {
        runtime.mode = Mode::Plain;
    }
    runtime
}

impl Service {
    /// The agent's own address.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.options.spec.ip, self.options.spec.port)
    }

    /// Runs until `stop` resolves or the journal fails; tasks go on either way. `Err` says what failed.
    ///
    /// # Errors
    /// Why the agent's machine ended.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), String> {
        let launched = self.recover().await;
        let router = self.link.router.clone();
        let keeper = Keeper {
            options: self.options.clone(),
            runtime: self.runtime.clone(),
            handle: self.handle.clone(),
            who: self.who.clone(),
            launched,
            watched: HashMap::new(),
            kills: HashMap::new(),
            sizes: HashMap::new(),
            executors: self.link.executors.clone(),
            destroyed: HashSet::new(),
            volumes: Arc::default(),
        };
        tokio::spawn(keeper.run(self.orders));
        tokio::spawn(serve(self.listener, router, std::future::pending()));
        let watcher = Watcher {
            handle: self.handle.clone(),
            runtime: self.runtime.clone(),
            who: self.who.clone(),
            preempted: self.preempted.clone(),
        };
        watcher.start(&self.options.oversubscription);
        tokio::spawn(sandboxes::collect(self.options.clone(), self.handle.clone()));
        tokio::spawn(self.link.run());
        let ended = self.handle.ended();
        tokio::select! {
            () = stop => {
                self.handle.stop();
                Ok(())
            }
            why = ended => Err(why),
        }
    }

    /// Holds what the runtime has against what the journal says, before anything is started: a container that runs is
    /// adopted, an end that nobody saw is recorded, and what the journal does not know is removed.
    async fn recover(&self) -> HashSet<ContainerId> {
        let Ok(snapshot) = self.handle.state().await else {
            return HashSet::new();
        };
        let mut found = HashSet::new();
        let recovery = self.runtime.recover().await.unwrap_or_else(|error| {
            warn!(%error, "the containers can't be looked through");
            Default::default()
        });
        for error in &recovery.broken {
            warn!(%error, "a container's records are broken");
        }
        for container in recovery.containers {
            let id = ContainerId::from(container.launch.id.as_str());
            let command = match (snapshot.state.owner_of(&id), container.found) {
                (None, Found::Running(_)) => {
                    warn!(container_id = %id, "a container that the journal does not know is killed");
                    drop(self.runtime.kill(id.as_str(), std::time::Duration::ZERO).await);
                    drop(self.runtime.wait(id.as_str()).await);
                    drop(self.runtime.destroy(id.as_str()).await);
                    continue;
                }
                (None, _) => {
                    drop(self.runtime.destroy(id.as_str()).await);
                    continue;
                }
                (Some(_), Found::Running(_)) => Command::ContainerStarted(id.clone()),
                (Some(_), Found::Exited(exit)) => Command::ContainerExited(id.clone(), exit_of(&exit)),
                (Some(_), Found::Lost) => Command::ContainerExited(id.clone(), gone()),
            };
            found.insert(id);
            drop(self.handle.submit(&self.who, command).await);
        }
        for (key, executor) in snapshot.state.executors() {
            if executor.is_custom() && executor.running && !found.contains(&executor.container_id) {
                info!(executor_id = %key.executor_id, "an executor's container is gone");
                let command = Command::ContainerExited(executor.container_id.clone(), gone());
                drop(self.handle.submit(&self.who, command).await);
            }
        }
        for (key, task) in snapshot.state.tasks().filter(|(_, task)| !task.is_custom()) {
            if task.phase == core_agent::Phase::Running && !found.contains(&task.container_id) {
                info!(task_id = %key.task_id, "a task's container is gone");
                let command = Command::ContainerExited(task.container_id.clone(), gone());
                drop(self.handle.submit(&self.who, command).await);
            }
        }
        found
    }
}

fn gone() -> Exit {
    Exit::Vanished("the task's supervisor was killed while the agent was away".into())
}
