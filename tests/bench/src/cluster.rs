//! A running control plane on a real disk, with the app scheduler's own edge and simulated agents.

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, Principal};
use core_control::{Command, Config, Control, Effect, Event, MARATHON};
use core_machine::Driver;
use core_master::Effect as PoolEffect;
use io_engine::{Handle, Outcome, Sink};
use io_store::{FileOptions, FileSnapshots, FileStore, MachineTag, Store};
use model_app::AppSpec;
use tempfile::TempDir;
use wire_link::ToAgent;

use crate::journal::{Meter, Metered};
use crate::link::Links;
use crate::nouns::{self, JOIN_TOKEN};

/// As the master's daemon has it.
const QUEUE: usize = 262_144;
const SNAPSHOT_EVERY: u64 = 100_000;
/// The name of the writer's thread.
pub const WRITER: &str = "control";
/// The name of the thread of links and agents.
pub const LINKS: &str = "links";

/// A control plane.
pub struct Cluster {
    /// The way to its engine.
    pub handle: Handle<Control>,
    /// Its journal's meter.
    pub meter: Arc<Meter>,
    who: Principal,
    _dir: TempDir,
}

impl Cluster {
    /// Starts one with so many agents, all joined. Must be called within a tokio runtime, which the edge shares.
    ///
    /// # Errors
    /// The journal can't be made, or an agent is refused.
    pub async fn start(agents: usize) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let store = FileStore::open(&dir.path().join("journal"), &FileOptions::default())?;
        let epoch = store.held().next();
        let headroom = FileOptions::default().headroom_bytes;
        let snapshots = FileSnapshots::open(&dir.path().join("snapshots"), store.cluster(), headroom)?;
        let mut master = core_master::Config::new(ClusterId::from(store.cluster().to_string()), epoch.0);
        master.join_token = Some(JOIN_TOKEN);
        let meter = Arc::new(Meter::default());
        let (apps, orders) = svc_apps::Effects::new();
        let (feed, told) = svc_apps::Feed::new();
        let (links, messages) = channel();
        let late = Arc::new(OnceLock::new());
        let handle = io_engine::start(io_engine::Options::<Control> {
            store: Box::new(Metered::new(store, meter.clone())),
            snapshots: Box::new(snapshots),
            epoch,
            config: Config {
                master,
                apps: core_apps::Config::default(),
            },
            tag,
            seed: 1,
            sink: Box::new(Edge {
                apps,
                feed,
                links,
                handle: late.clone(),
            }),
            name: WRITER,
            queue: QUEUE,
            snapshot_every: SNAPSHOT_EVERY,
        })?;
        drop(late.set(handle.clone()));
        let to_master = handle.clone();
        std::thread::Builder::new()
            .name(LINKS.into())
            .spawn(move || serve_links(&messages, &to_master))?;
        let address = SocketAddr::from(([127, 0, 0, 1], 8080));
        let options = svc_apps::Options::new(address, "localhost", "localhost:5050");
        tokio::spawn(svc_apps::Service::new(handle.clone(), orders, told, options).run());
        let cluster = Self {
            handle,
            meter,
            who: Principal::from("bench"),
            _dir: dir,
        };
        cluster.join(agents).await?;
        Ok(cluster)
    }

    async fn join(&self, agents: usize) -> anyhow::Result<()> {
        let joins = (0..agents).map(|number| self.submit(Command::Master(nouns::join(number))));
        for outcome in futures::future::join_all(joins).await {
            let events = outcome?.events;
            let joined = events.into_iter().find_map(|event| match event {
                Event::Master(core_master::Event::AgentConnected { agent_id, .. }) => Some(agent_id),
                _ => None,
            });
            let report = nouns::report(joined.context("a joined agent is connected")?);
            self.tell(Command::Master(report))?;
        }
        self.handle
            .state()
            .await
            .map(drop)
            .map_err(|failure| anyhow::anyhow!("{failure}"))
    }

    /// Submits a command and waits until its facts are durable.
    ///
    /// # Errors
    /// It was refused, or the engine is gone.
    pub async fn submit(&self, command: Command) -> anyhow::Result<Outcome<Control>> {
        self.handle
            .submit(&self.who, command)
            .await
            .map_err(|failure| anyhow::anyhow!("{failure}"))
    }

    fn tell(&self, command: Command) -> anyhow::Result<()> {
        self.handle
            .tell(&self.who, command)
            .map_err(|failure| anyhow::anyhow!("{failure}"))
    }

    /// Puts an app, as `PUT /v2/apps` does.
    ///
    /// # Errors
    /// As [`Cluster::submit`].
    pub async fn put(&self, app: AppSpec) -> anyhow::Result<Outcome<Control>> {
        let put = core_apps::Command::PutApps {
            specs: vec![app],
            mode: core_apps::PutMode::Upsert,
            force: false,
        };
        self.submit(Command::Apps(put)).await
    }

    /// Ends it and waits for the end.
    pub async fn stop(self) {
        self.handle.stop();
        self.handle.ended().await;
    }
}

fn tag(event: &Event) -> MachineTag {
    match event {
        Event::Master(_) => MachineTag(1),
        Event::Apps(_) => MachineTag(2),
    }
}

/// Hands each effect to the edge it is for, as the master's daemon does.
struct Edge {
    apps: svc_apps::Effects,
    feed: svc_apps::Feed,
    links: Sender<(AgentId, ToAgent)>,
    handle: Arc<OnceLock<Handle<Control>>>,
}

impl Sink<Control> for Edge {
    fn run(&mut self, _: &Driver<Control>, effects: Vec<Effect>) {
        let mut allocate = false;
        for effect in effects {
            match effect {
                Effect::Apps(effect) => self.apps.run(effect),
                Effect::Master(PoolEffect::ToAgent { agent_id, message }) => drop(self.links.send((agent_id, message))),
                Effect::Master(PoolEffect::Ping { agent_id }) => {
                    drop(self.links.send((agent_id, ToAgent::Ping { epoch: 1, index: 0 })));
                }
                Effect::Master(PoolEffect::Deliver {
                    framework_id,
                    agent_id,
                    status,
                }) => {
                    if framework_id.as_str() == MARATHON {
                        self.feed.status(agent_id, status);
                    }
                }
                Effect::Master(PoolEffect::Allocate) => allocate = true,
                Effect::Master(_) => {}
            }
        }
        if allocate && let Some(handle) = self.handle.get() {
            self.feed.pool_changed();
            drop(handle.tell(
                &Principal::from("allocator"),
                Command::Master(core_master::Command::Allocate),
            ));
        }
    }

    fn reset(&mut self) {
        self.apps.reset();
    }
}

/// Carries messages until the engine ends. A full queue is waited for, as a full socket would be.
fn serve_links(messages: &Receiver<(AgentId, ToAgent)>, handle: &Handle<Control>) {
    let (mut links, who) = (Links::default(), Principal::from("agent"));
    for (agent_id, message) in messages {
        let Some(command) = links.send(wall(), agent_id, &message) else {
            continue;
        };
        while let Err(io_engine::Failure::Exhausted(_)) = handle.tell(&who, Command::Master(command.clone())) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::EPOCH + since
}
