use std::{
    collections::{HashMap, HashSet},
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use base_ids::Principal;
use core_agent::Agent;
use io_engine::StartError;
use io_httpd::{Extension, Router, serve};
use io_runtime::{Mode, Runtime};
use io_store::{FileOptions, FileSnapshots, FileStore, MachineTag, Store};
use thiserror::Error;
use tokio::{net::TcpListener, sync::mpsc};
use tracing::warn;

use crate::{
    Handle, Options,
    access::Relayed,
    api,
    containers::Keeper,
    driver::Reconnects,
    effects::{Effects, Uplink},
    executor::Executors,
    identity,
    link::Link,
    oversubscribe::Watcher,
    recovery::{Recover, clean_up, recover},
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
    router: Router,
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
        config: options.machine.clone(),
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
    let router = api::router(&api::Agent {
        options: options.clone(),
        handle: handle.clone(),
        runtime: runtime.clone(),
        uplink: uplink.clone(),
        executors: executors.clone(),
        started: Instant::now(),
        preempted: preempted.clone(),
    });
    let link = Link {
        masters: options.masters.clone(),
        join_token: options.join_token.clone(),
        spec: options.spec.clone(),
        policy: options.policy,
        handle: handle.clone(),
        uplink: uplink.clone(),
        who: who.clone(),
        router: router.clone().layer(Extension(Relayed)),
        executors,
    };
    Ok(Service {
        handle,
        runtime,
        listener,
        router,
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

    /// Runs until `stop` resolves or the journal fails; tasks go on either way. With [`Recover::Cleanup`] it ends all that
    /// runs here, without a master, and then itself. `Err` says what failed.
    ///
    /// # Errors
    /// Why the agent's machine ended, or with `strict` what could not be recovered.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), String> {
        let launched = recover(&self.handle, &self.runtime, &self.who, self.options.strict).await?;
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
            reconnects: Reconnects::default(),
            volumes: Arc::default(),
        };
        tokio::spawn(keeper.run(self.orders));
        tokio::spawn(serve(self.listener, self.router, std::future::pending()));
        let watcher = Watcher {
            handle: self.handle.clone(),
            runtime: self.runtime.clone(),
            who: self.who.clone(),
            preempted: self.preempted.clone(),
        };
        watcher.start(&self.options.oversubscription);
        let clean = self.options.recover == Recover::Cleanup;
        if !clean {
            tokio::spawn(sandboxes::collect(self.options.clone(), self.handle.clone()));
            tokio::spawn(self.link.run());
        }
        let ended = self.handle.ended();
        tokio::select! {
            () = stop => {
                self.handle.stop();
                Ok(())
            }
            done = clean_up(&self.handle, &self.who), if clean => {
                self.handle.stop();
                done
            }
            why = ended => Err(why),
        }
    }
}
