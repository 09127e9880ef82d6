//! An engine with the app scheduler's edge, and agents that do as they are told, or not.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base_ids::{AgentId, ClusterId, Principal, Uuid};
use core_control::{Command, Config, Control, Effect, Event, MARATHON};
use core_machine::Driver;
use core_master::{Command as Pool, Digest, Effect as PoolEffect, JoinAgent, Proof};
use futures::{StreamExt, future::join_all, stream::BoxStream};
use io_engine::Sink;
use io_httpd::{Body, Bytes, HeaderMap, Method, Request, Router, StatusCode, client, serve_stream};
use io_store::{Epoch, MachineTag, MemDisk, MemSnapshots, MemStore};
use model_cluster::{AgentSpec, Source, TaskState, TaskStatus};
use model_resources::{Attributes, Resources};
use serde_json::Value;
use svc_apps::{Effects, Feed, Handle, Options, Service};
use tokio::{
    sync::mpsc::{self, UnboundedSender},
    time::timeout,
};
use wire_link::{Hello, PROTOCOL, ToAgent, Update};

const PATIENCE: Duration = Duration::from_secs(20);
const TOKEN: Digest = Digest([7; 32]);

/// What an agent does with a task that it is to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Says that it runs.
    Runs,
    /// Says that it runs and is healthy.
    Healthy,
    /// Says that it failed.
    Fails,
    /// Says nothing.
    Silent,
}

pub struct Cluster {
    pub handle: Handle,
    feed: Feed,
    router: Router,
    disk: MemDisk,
    epoch: Epoch,
    manners: Arc<Mutex<HashMap<AgentId, Manner>>>,
    uuids: Arc<AtomicU64>,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

struct Wires {
    apps: Effects,
    feed: Feed,
    orders: UnboundedSender<(AgentId, ToAgent)>,
    handle: Arc<OnceLock<Handle>>,
}

impl Sink<Control> for Wires {
    fn run(&mut self, _: &Driver<Control>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Apps(effect) => self.apps.run(effect),
                Effect::Master(PoolEffect::ToAgent { agent_id, message }) => {
                    drop(self.orders.send((agent_id, message)))
                }
                Effect::Master(PoolEffect::Deliver {
                    framework_id,
                    agent_id,
                    status,
                }) => {
                    assert_eq!(framework_id.as_str(), MARATHON);
                    self.feed.status(agent_id, status);
                }
                Effect::Master(PoolEffect::Allocate) => {
                    self.feed.pool_changed();
                    let handle = self.handle.get().expect("the engine has started");
                    drop(handle.tell(&Principal::from("allocator"), Command::Master(Pool::Allocate)));
                }
                Effect::Master(_) => {}
            }
        }
    }

    fn reset(&mut self) {
        self.apps.reset();
    }
}

impl Cluster {
    /// A cluster without agents.
    pub async fn start() -> Self {
        Self::on(MemDisk::new(io_store::ClusterId([1; 16])), Epoch(1)).await
    }

    /// Ends the engine and starts another one on the same journal.
    pub async fn restart(self) -> Self {
        self.handle.stop();
        self.handle.ended().await;
        Self::on(self.disk, self.epoch.next()).await
    }

    async fn on(disk: MemDisk, epoch: Epoch) -> Self {
        let master = core_master::Config::new(ClusterId::from("c"), epoch.0);
        let mut config = Config {
            master,
            apps: core_apps::Config::default(),
        };
        config.master.join_token = Some(TOKEN);
        let (effects, orders_for_worker) = Effects::new();
        let (feed, told) = Feed::new();
        let (orders, received) = mpsc::unbounded_channel();
        let late = Arc::new(OnceLock::new());
        let handle = io_engine::start(io_engine::Options::<Control> {
            store: Box::new(MemStore::open(&disk)),
            snapshots: Box::new(MemSnapshots::open(&disk, io_store::ClusterId([1; 16]))),
            epoch,
            config,
            tag: |event| match event {
                Event::Master(_) => MachineTag(1),
                Event::Apps(_) => MachineTag(2),
            },
            seed: epoch.0,
            sink: Box::new(Wires {
                apps: effects,
                feed: feed.clone(),
                orders,
                handle: late.clone(),
            }),
            name: "control",
            queue: 100_000,
            snapshot_every: 1_000_000,
        })
        .unwrap();
        drop(late.set(handle.clone()));
        let address = "127.0.0.1:8080".parse().unwrap();
        let service = Service::new(
            handle.clone(),
            orders_for_worker,
            told,
            Options::new(address, "m1", "m1:5050"),
        );
        let router = service.router();
        tokio::spawn(service.run());
        let (manners, uuids) = (Arc::default(), Arc::default());
        let cluster = Self {
            handle,
            feed,
            router,
            disk,
            epoch,
            manners,
            uuids,
        };
        tokio::spawn(play(cluster.player(), received));
        cluster
    }

    fn player(&self) -> Player {
        Player {
            handle: self.handle.clone(),
            manners: self.manners.clone(),
            uuids: self.uuids.clone(),
        }
    }

    /// Adds an agent.
    pub async fn agent(&self, hostname: &str, resources: &str, manner: Manner) -> AgentId {
        self.join(None, hostname, resources, manner).await
    }

    /// An agent that is known comes back, with nothing that runs on it.
    pub async fn rejoin(&self, agent_id: &AgentId, hostname: &str, resources: &str, manner: Manner) {
        self.join(Some(agent_id.clone()), hostname, resources, manner).await;
    }

    async fn join(&self, known: Option<AgentId>, hostname: &str, resources: &str, manner: Manner) -> AgentId {
        let spec = AgentSpec {
            hostname: hostname.to_owned(),
            ip: "10.0.0.1".parse().unwrap(),
            port: 5051,
            resources: Resources::parse(resources).unwrap(),
            attributes: Attributes::parse("rack:r1").unwrap(),
            domain: None,
            version: "0.1.0".to_owned(),
            boot_id: "b".to_owned(),
        };
        let proof = if known.is_some() {
            Proof::Credential(TOKEN)
        } else {
            Proof::JoinToken(TOKEN)
        };
        let hello = Hello {
            protocol: PROTOCOL,
            agent_id: known,
            cluster_id: None,
            epoch: 0,
            index: 0,
            policy: None,
            leadership: 0,
            spec,
        };
        let join = JoinAgent {
            hello,
            proof,
            new_credential: Some(TOKEN),
            connection: 1,
        };
        let outcome = self.pool(Pool::JoinAgent(join)).await;
        let agent_id = outcome.iter().find_map(|event| match event {
            Event::Master(core_master::Event::AgentConnected { agent_id, .. }) => Some(agent_id.clone()),
            _ => None,
        });
        let agent_id = agent_id.unwrap();
        self.manners.lock().unwrap().insert(agent_id.clone(), manner);
        self.pool(Pool::AgentReport {
            agent_id: agent_id.clone(),
            tasks: Vec::new(),
        })
        .await;
        self.feed.pool_changed();
        agent_id
    }

    async fn pool(&self, command: Pool) -> Vec<Event> {
        self.handle
            .submit(&Principal::from("agent"), Command::Master(command))
            .await
            .unwrap()
            .events
    }

    /// Says something about a task in an agent's name.
    pub async fn say(&self, agent_id: &AgentId, task_id: &str, state: TaskState, healthy: Option<bool>) {
        self.player().say(agent_id, task_id, state, healthy).await;
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub async fn send(&self, request: Request) -> Reply {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let body = io_httpd::to_bytes(body, 64 << 20).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn open(&self, request: Request) -> io_httpd::Response {
        let (near, far) = tokio::io::duplex(1 << 20);
        tokio::spawn(serve_stream(far, self.router.clone()));
        client::relay(client::send(near, request).await.unwrap())
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// Asks again after each fact until the answer is as wished.
    #[track_caller]
    pub fn until(&self, path: &str, is: impl Fn(&Value) -> bool) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let mut facts = self.handle.events();
            loop {
                let answer = self.get(path).await;
                let answer = if answer.text.is_empty() {
                    Value::Null
                } else {
                    answer.json()
                };
                if is(&answer) {
                    return answer;
                }
                let next = timeout(PATIENCE, facts.recv()).await;
                next.unwrap_or_else(|_| panic!("{caller}: nothing happens any more: {answer:#}"))
                    .unwrap();
            }
        }
    }

    /// Waits until the state is as wished.
    pub async fn until_state(&self, is: impl Fn(&Control) -> bool) {
        let mut facts = self.handle.events();
        while !is(&self.handle.state().await.unwrap().state) {
            timeout(PATIENCE, facts.recv())
                .await
                .expect("something happens")
                .unwrap();
        }
    }

    /// Waits until no deployment runs.
    pub async fn settled(&self) {
        self.until("/v2/deployments", |list| list.as_array().is_some_and(Vec::is_empty))
            .await;
    }

    /// Listens to the event stream.
    pub async fn listen(&self, query: &str) -> Stream {
        let response = self
            .open(Request::get(format!("/v2/events{query}")).body(Body::empty()).unwrap())
            .await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = response
            .into_body()
            .into_data_stream()
            .map(|chunk| chunk.expect("the stream goes on"));
        Stream {
            body: body.boxed(),
            rest: String::new(),
        }
    }
}

/// The event stream as a client sees it.
pub struct Stream {
    body: BoxStream<'static, Bytes>,
    rest: String,
}

impl Stream {
    /// The next event: its type and its data.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((frame, rest)) = self.rest.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.rest = rest;
                let (name, data) = frame.split_once('\n').unwrap();
                let name = name.strip_prefix("event: ").unwrap().to_owned();
                return (
                    name,
                    serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap(),
                );
            }
            let chunk = timeout(PATIENCE, self.body.next())
                .await
                .expect("an event in time")
                .unwrap();
            self.rest += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// Events up to the first of a type, which comes last.
    pub async fn up_to(&mut self, name: &str) -> Vec<(String, Value)> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            let last = event.0 == name;
            events.push(event);
            if last {
                return events;
            }
        }
    }
}

/// Plays all agents.
struct Player {
    handle: Handle,
    manners: Arc<Mutex<HashMap<AgentId, Manner>>>,
    uuids: Arc<AtomicU64>,
}

impl Player {
    async fn say(&self, agent_id: &AgentId, task_id: &str, state: TaskState, healthy: Option<bool>) {
        let at = self.handle.state().await.unwrap().at;
        let mut status = TaskStatus::new(task_id.into(), state, Source::Executor, at);
        status.uuid = Some(Uuid::from_random(u128::from(
            self.uuids.fetch_add(1, Ordering::Relaxed),
        )));
        status.healthy = healthy;
        let update = Update {
            framework_id: MARATHON.into(),
            status,
        };
        let command = Command::Master(Pool::AgentUpdate {
            agent_id: agent_id.clone(),
            update,
        });
        self.handle.submit(&Principal::from("agent"), command).await.unwrap();
    }

    async fn obey(&self, agent_id: AgentId, order: ToAgent) {
        let manner = self.manners.lock().unwrap().get(&agent_id).copied();
        match order {
            ToAgent::Run(run) => {
                let (state, healthy) = match manner {
                    Some(Manner::Runs) => (TaskState::Running, None),
                    Some(Manner::Healthy) => (TaskState::Running, Some(true)),
                    Some(Manner::Fails) => (TaskState::Failed, None),
                    Some(Manner::Silent) | None => return,
                };
                self.say(&agent_id, run.task.task_id.as_str(), state, healthy).await;
            }
            ToAgent::Kill(kill) => {
                self.say(&agent_id, kill.task_id.as_str(), TaskState::Killed, None)
                    .await
            }
            _ => {}
        }
    }
}

/// Obeys all orders that wait at once, as agents on many machines do.
async fn play(player: Player, mut orders: mpsc::UnboundedReceiver<(AgentId, ToAgent)>) {
    let mut batch = Vec::new();
    while orders.recv_many(&mut batch, 1024).await > 0 {
        join_all(batch.drain(..).map(|(agent_id, order)| player.obey(agent_id, order))).await;
    }
}
