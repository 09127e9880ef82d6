//! The master's process: its writer, the agents' links, and what its effects become. It follows `svc_master`.

use std::collections::BTreeMap;
use std::sync::Arc;

use base_fault::Class;
use base_ids::{AgentId, AppId, ClusterId, Secret, TaskId, Uuid};
use core_control::{Command, Config, Control, Effect, MARATHON, follow};
use core_master::{Command as Pool, Digest, Event as PoolEvent, JoinAgent, Proof};
use io_store::{Epoch, MachineTag, MemDisk};
use model_cluster::TaskStatus;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_link::{Hello, ToAgent, ToMaster, Welcome};

use crate::apps::AppsEdge;
use crate::engine::{Answer, Engine, Failure, Outcome, Setup, Turn};
use crate::fault::Fault;
use crate::framework::News;
use crate::network::End;
use crate::rogue::Bound;
use crate::world::{Event, SECOND, World};

/// The token with which agents join.
pub(crate) const TOKEN: &str = "the cluster's token";
/// The wall clock at the start, in microseconds.
const NOON: i64 = 1_800_000_000_000_000;

/// Who waits for an answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Nobody,
    Client(Client),
    /// The link of an agent that introduced itself.
    Join {
        connection: u64,
        known: Option<AgentId>,
        fresh: Option<String>,
    },
    /// A framework that subscribes.
    Subscribed {
        framework: usize,
        connection: u64,
    },
    /// The framework that breaks the rules.
    Rogue(Bound),
    /// The app scheduler's edge, about its own subscription.
    Own,
    /// The app scheduler's edge, about launches.
    Commit,
    /// The app scheduler's edge, about a status that must be acknowledged.
    Status(Option<AgentId>, Arc<TaskStatus>),
}

/// A client's request.
#[derive(Clone, Debug)]
pub(crate) enum Client {
    /// Puts apps.
    Put(Vec<AppId>),
    /// Must be refused with this class.
    Wrong(Class),
    /// Anything else.
    Other,
}

pub(crate) type ControlEngine = Engine<Control, Reply>;

pub(crate) struct MasterNode {
    pub(crate) disk: MemDisk,
    /// The identity of what the disk holds.
    pub(crate) store_id: io_store::ClusterId,
    pub(crate) engine: Option<ControlEngine>,
    /// Which process this is: what was meant for another one comes to nothing.
    pub(crate) life: u64,
    /// The wall clock minus the simulated time, in microseconds.
    pub(crate) wall: i64,
    /// Connections and whose they are, once they have introduced themselves.
    doors: BTreeMap<u64, Option<AgentId>>,
    links: BTreeMap<AgentId, u64>,
    pub(crate) apps: AppsEdge,
    pub(crate) cluster_id: ClusterId,
    pub(crate) config: Config,
    turn_at: Option<u64>,
    snapshot_every: u64,
    /// A strike on the disk waits for the next batch with a client's request in it.
    pub(crate) aimed: Option<io_store::Strike>,
}

impl MasterNode {
    pub(crate) fn new(rng: &mut ChaCha8Rng) -> Self {
        let store_id = io_store::ClusterId(rng.random());
        let disk = MemDisk::new(store_id);
        let cluster_id = ClusterId::from("sim");
        let mut config = Config {
            master: core_master::Config::new(cluster_id.clone(), 0),
            apps: core_apps::Config::default(),
        };
        config.master.join_token = Some(digest(TOKEN));
        config.master.ping_interval = std::time::Duration::from_secs([5, 15][rng.random_range(0..2)]);
        config.master.offer_timeout = rng.random_bool(0.5).then(|| std::time::Duration::from_secs(20));
        config.apps.progress_deadline = std::time::Duration::from_secs(rng.random_range(60..300));
        Self {
            disk,
            store_id,
            engine: None,
            life: 0,
            wall: NOON,
            doors: BTreeMap::new(),
            links: BTreeMap::new(),
            apps: AppsEdge::default(),
            cluster_id,
            config,
            turn_at: None,
            snapshot_every: rng.random_range(20..120),
            aimed: None,
        }
    }

    /// The state, while there is a process.
    pub(crate) fn state(&self) -> Option<&Control> {
        self.engine.as_ref().map(|engine| engine.driver.state())
    }
}

/// What is kept of a secret. The simulation needs no real one.
pub(crate) fn digest(secret: &str) -> Digest {
    let mut bytes = [0u8; 32];
    for (i, byte) in secret.bytes().enumerate() {
        bytes[i % 32] = bytes[i % 32].wrapping_mul(31).wrapping_add(byte);
    }
    Digest(bytes)
}

fn tag(event: &core_control::Event) -> MachineTag {
    match event {
        core_control::Event::Master(_) => MachineTag(1),
        core_control::Event::Apps(_) => MachineTag(2),
    }
}

impl World {
    pub(crate) fn start_master(&mut self) {
        if self.master.engine.is_some() {
            return;
        }
        self.master.config.master.leadership = self.rng.random();
        let mut config = self.master.config.clone();
        let setup = Setup {
            config: |epoch: Epoch, index: u64| {
                (config.master.epoch, config.master.index) = (epoch.0, index);
                config
            },
            seed: self.rng.random(),
            wall: self.wall(),
            now: self.now,
            snapshot_every: self.master.snapshot_every,
            answer_before_append: self.plant.is_some(),
        };
        match Engine::start(&self.master.disk, tag, setup) {
            Ok(engine) => {
                self.master.life += 1;
                let (life, journal) = (self.master.life, engine.journal());
                self.note(format_args!("master {life} starts, journal {journal:?}"));
                let effects = engine.resync();
                self.master.engine = Some(engine);
                self.master.turn_at = None;
                self.master_loaded();
                self.master_effects(effects);
                self.poke_master();
            }
            Err(why) => {
                self.note(format_args!("the master can't start: {why}"));
                if why.contains("corrupt") || why.contains("snapshot:") {
                    return self.fail(format!("the master's journal can't be loaded: {why}"));
                }
                self.after(SECOND, 5 * SECOND, Event::MasterStart);
            }
        }
    }

    /// After a start and after a reload: the oracles look, the app scheduler subscribes anew.
    fn master_loaded(&mut self) {
        self.master.apps = AppsEdge::default();
        self.check_loaded();
        self.subscribe_own(self.master.life);
    }

    /// The app scheduler subscribes, and asks again until it is heard.
    pub(crate) fn subscribe_own(&mut self, life: u64) {
        if life == self.master.life {
            self.ask("marathon", follow::subscribe(), Reply::Own);
            self.tell("marathon", follow::reconcile());
            self.tell("marathon", follow::resume());
        }
    }

    /// The process dies; its journal stays.
    pub(crate) fn crash_master(&mut self, why: &str) {
        if self.master.engine.take().is_none() {
            return;
        }
        let life = self.master.life;
        self.note(format_args!("master {life} dies: {why}"));
        self.master.life += 1;
        self.master.doors.clear();
        self.master.links.clear();
        for connection in self.network.all_up() {
            self.break_connection(connection);
        }
        for framework in &mut self.frameworks {
            framework.disconnect();
        }
        let long = if self.chance(10) { 60 } else { 6 };
        self.after(100_000, long * SECOND, Event::MasterStart);
    }

    /// Submits a command that nobody waits for.
    pub(crate) fn tell(&mut self, who: &str, command: Command) {
        self.ask(who, command, Reply::Nobody);
    }

    /// Submits a command. Without a process it is lost.
    pub(crate) fn ask(&mut self, who: &str, command: Command, reply: Reply) {
        if let Some(engine) = &mut self.master.engine {
            engine.submit(who, command, reply);
            self.poke_master();
        }
    }

    fn tell_pool(&mut self, command: Pool) {
        self.tell("agent", Command::Master(command));
    }

    fn poke_master(&mut self) {
        let Some(due) = self.master.engine.as_ref().and_then(|engine| engine.due(self.now)) else {
            return;
        };
        let at = due.max(self.now) + self.rng.random_range(100..3_000);
        if self.master.turn_at.is_none_or(|planned| planned > at) {
            self.master.turn_at = Some(at);
            self.queue.put(
                at,
                Event::MasterTurn {
                    life: self.master.life,
                    at,
                },
            );
        }
    }

    pub(crate) fn master_turn(&mut self, life: u64, at: u64) {
        if life != self.master.life || self.master.turn_at != Some(at) {
            return;
        }
        self.master.turn_at = None;
        let Some(engine) = &mut self.master.engine else { return };
        let turn = engine.turn(self.now);
        self.master_speaks(turn);
        self.poke_master();
    }

    fn master_speaks(&mut self, turn: Turn<Control, Reply>) {
        if let Some(violation) = turn.violation {
            return self.fail(format!("the master's machines: {violation}"));
        }
        self.seen_by_oracles(&turn.events);
        let returned =
            |event: &&core_control::Event| matches!(event, core_control::Event::Master(PoolEvent::StrayFound { .. }));
        for _ in turn.events.iter().filter(returned) {
            self.count(Fault::GivenUpTask);
        }
        for (condition, fault) in [(turn.snapshot, Fault::Snapshot), (turn.truncated, Fault::Truncation)] {
            if condition {
                self.count(fault);
            }
        }
        for (reply, answer) in turn.answers {
            self.answered(reply, answer);
        }
        if let Some(why) = turn.end {
            return self.crash_master(&why);
        }
        if turn.reset {
            self.count(Fault::Reload);
            self.reload();
        }
        self.master_effects(turn.effects);
        if self.stormy && self.rng.random_range(0..40) == 0 {
            self.check_master_replay();
        }
    }

    /// The soft state is gone: every link is cut, and the app scheduler comes anew.
    fn reload(&mut self) {
        let life = self.master.life;
        self.note(format_args!("master {life} reloads"));
        for connection in std::mem::take(&mut self.master.links).into_values() {
            self.break_connection(connection);
        }
        for framework in &mut self.frameworks {
            framework.disconnect();
        }
        self.master_loaded();
    }

    fn answered(&mut self, reply: Reply, answer: Answer<Control>) {
        match reply {
            Reply::Nobody => {}
            Reply::Client(client) => self.client_answered(&client, &answer),
            Reply::Join {
                connection,
                known,
                fresh,
            } => self.joined(connection, known, fresh, answer),
            Reply::Subscribed { framework, connection } => self.subscribed(framework, connection, answer),
            Reply::Rogue(bound) => self.rogue_answered(bound, answer),
            Reply::Own if matches!(answer, Err(Failure::Exhausted)) => {
                let life = self.master.life;
                self.after(SECOND / 2, SECOND, Event::OwnSubscription { life });
            }
            Reply::Own => {}
            Reply::Commit => {
                let refused = answer.ok().and_then(|outcome| follow::refused(&outcome.events));
                refused.into_iter().for_each(|command| self.tell("marathon", command));
            }
            // As the edge does: an answer of reconciliation is not delivered twice.
            Reply::Status(agent_id, status) if matches!(answer, Err(Failure::Exhausted)) => {
                let life = self.master.life;
                self.after(SECOND / 10, SECOND / 5, Event::StatusAgain { life, agent_id, status });
            }
            Reply::Status(agent_id, status) => {
                let command = answer.ok().and_then(|_| follow::acknowledge(agent_id, &status));
                command.into_iter().for_each(|command| self.tell("marathon", command));
            }
        }
    }

    /// What the pool tells the app scheduler of a task.
    pub(crate) fn tell_status(&mut self, agent_id: Option<AgentId>, status: Arc<TaskStatus>) {
        let command = follow::updated(status.clone());
        self.ask("marathon", command, Reply::Status(agent_id, status));
    }

    pub(crate) fn master_hears(&mut self, connection: u64, bytes: &[u8]) {
        if self.master.engine.is_none() || !self.network.carries(connection) {
            return;
        }
        let message: ToMaster = match wire_link::decode(bytes) {
            Ok(Some((message, used))) if used == bytes.len() => message,
            other => return self.fail(format!("a frame to the master can't be read: {other:?}")),
        };
        match (message, self.master.doors.get(&connection).cloned()) {
            (ToMaster::Hello(hello), None) => self.introduced(connection, hello),
            (_, None | Some(None)) | (ToMaster::Hello(_), _) => {}
            (ToMaster::Report(tasks), Some(Some(agent_id))) => {
                self.note(format_args!("{agent_id} reports {} tasks", tasks.len()));
                self.tell_pool(Pool::AgentReport { agent_id, tasks });
            }
            (ToMaster::Update(update), Some(Some(agent_id))) => {
                self.tell_pool(Pool::AgentUpdate { agent_id, update });
            }
            (ToMaster::Held(holdings), Some(Some(agent_id))) => {
                let agent_id = agent_id.clone();
                self.tell_pool(Pool::AgentHolds {
                    agent_id,
                    holdings,
                    failures: Vec::new(),
                });
            }
            (ToMaster::Unmade(unmade), Some(Some(agent_id))) => {
                self.tell_pool(Pool::AgentHolds {
                    agent_id,
                    holdings: unmade.holdings,
                    failures: unmade.failures,
                });
            }
            (ToMaster::Oversubscribed(resources), Some(Some(agent_id))) => {
                self.tell_pool(Pool::AgentOversubscribes { agent_id, resources });
            }
            (ToMaster::Pong, Some(Some(agent_id))) => self.tell_pool(Pool::AgentPong { agent_id }),
            (ToMaster::Executors(executors), Some(Some(agent_id))) => {
                self.tell_pool(Pool::AgentExecutors { agent_id, executors });
            }
            (ToMaster::ExecutorExited(exit), Some(Some(agent_id))) => {
                self.tell_pool(Pool::ExecutorExited { agent_id, exit });
            }
            (ToMaster::Message(_), _) => {}
        }
    }

    fn introduced(&mut self, connection: u64, hello: Hello) {
        let Some(agent) = self.network.connections.get(&connection).map(|link| link.agent) else {
            return;
        };
        self.master.doors.insert(connection, None);
        let bearer = self.agents[agent].bearer();
        let known = hello.agent_id.clone();
        let fresh = known.is_none().then(|| format!("{:032x}", self.rng.random::<u128>()));
        let proof = if known.is_some() {
            Proof::Credential(digest(&bearer))
        } else {
            Proof::JoinToken(digest(&bearer))
        };
        let new_credential = fresh.as_deref().map(digest);
        let join = JoinAgent {
            hello,
            proof,
            new_credential,
            connection,
        };
        self.ask(
            "agent",
            Command::Master(Pool::JoinAgent(join)),
            Reply::Join {
                connection,
                known,
                fresh,
            },
        );
    }

    fn joined(&mut self, connection: u64, known: Option<AgentId>, fresh: Option<String>, answer: Answer<Control>) {
        let outcome = match answer {
            Ok(outcome) => outcome,
            Err(failure) => {
                let (why, retry) = (format!("{failure:?}"), !matches!(failure, Failure::Rejected(_)));
                self.note(format_args!("link {connection} is refused: {why}"));
                self.send_agent(connection, &ToAgent::Refused { why, retry });
                return self.after(1000, SECOND, Event::Break { connection });
            }
        };
        let Some(agent_id) = joined_id(&outcome).or(known) else {
            return self.fail("a join without an id".to_owned());
        };
        let epoch = self.master.engine.as_ref().map_or(0, |engine| engine.epoch.0);
        let ping_interval = self.master.config.master.ping_interval;
        self.send_agent(
            connection,
            &ToAgent::Welcome(Welcome {
                agent_id: agent_id.clone(),
                cluster_id: self.master.cluster_id.clone(),
                credential: fresh.map(Secret::new),
                epoch,
                index: outcome.index,
                ping_interval_ms: ping_interval.as_millis() as u64,
                leadership: self.master.config.master.leadership,
            }),
        );
        self.note(format_args!("{agent_id} is linked by {connection}"));
        self.master.doors.insert(connection, Some(agent_id.clone()));
        if let Some(old) = self.master.links.insert(agent_id, connection) {
            self.break_connection(old);
        }
        if !self.network.is_up(connection) {
            self.master_loses(connection);
        }
    }

    /// The end of a connection is noticed.
    pub(crate) fn master_loses(&mut self, connection: u64) {
        let Some(Some(agent_id)) = self.master.doors.remove(&connection) else {
            return;
        };
        if self.master.links.get(&agent_id) == Some(&connection) {
            self.master.links.remove(&agent_id);
        }
        self.note(format_args!("{agent_id} has lost link {connection}"));
        self.tell_pool(Pool::AgentClosed { agent_id, connection });
    }

    fn send_agent(&mut self, connection: u64, message: &ToAgent) {
        let loose = !matches!(message, ToAgent::Welcome(_) | ToAgent::Refused { .. });
        let mut bytes = Vec::new();
        wire_link::encode(message, &mut bytes);
        self.transmit(connection, End::Agent, loose, bytes);
    }

    fn send_linked(&mut self, agent_id: &AgentId, message: &ToAgent) {
        if let Some(connection) = self.master.links.get(agent_id).copied() {
            self.send_agent(connection, message);
        }
    }

    fn master_effects(&mut self, effects: Vec<Effect>) {
        let mut allocate = false;
        for effect in effects {
            match effect {
                Effect::Master(core_master::Effect::Allocate) => allocate = true,
                Effect::Master(effect) => self.pool_effect(effect),
                Effect::Apps(effect) => self.apps_effect(effect),
            }
        }
        if allocate {
            self.tell("marathon", Command::Apps(core_apps::Command::PoolChanged));
            self.tell("allocator", Command::Master(Pool::Allocate));
        }
    }

    fn pool_effect(&mut self, effect: core_master::Effect) {
        use core_master::Effect as E;
        match effect {
            E::ToAgent { agent_id, message } => {
                self.note(format_args!("to {agent_id}: {}", Order(&message)));
                self.send_linked(&agent_id, &message);
            }
            E::Ping { agent_id } => {
                let (epoch, index) = self.master.engine.as_ref().map_or((0, 0), |e| (e.epoch.0, e.index()));
                self.send_linked(&agent_id, &ToAgent::Ping { epoch, index });
            }
            E::CloseAgent { agent_id, why } => {
                self.note(format_args!("the link of {agent_id} is cut: {why}"));
                if let Some(connection) = self.master.links.get(&agent_id).copied() {
                    self.break_connection(connection);
                }
            }
            E::Deliver {
                framework_id,
                agent_id,
                status,
            } if framework_id.as_str() == MARATHON => self.tell_status(agent_id, status),
            E::Deliver {
                framework_id,
                agent_id,
                status,
            } => {
                self.send_framework(&framework_id, News::Status(agent_id, status));
            }
            E::Offer { framework_id, offers } => self.send_framework(
                &framework_id,
                News::Offers(offers.iter().map(|offer| offer.as_ref().clone()).collect()),
            ),
            E::Rescind { framework_id, offer_id } => self.send_framework(&framework_id, News::Rescind(offer_id)),
            E::FrameworkError { framework_id, .. } => self.send_framework(&framework_id, News::Error),
            // Nobody here schedules maintenance or does operations with an id, or cares for more than the statuses of tasks.
            E::DeliverOperation { .. }
            | E::Allocate
            | E::InverseOffer { .. }
            | E::RescindInverse { .. }
            | E::AgentFailed { .. }
            | E::ExecutorFailed { .. } => {}
        }
    }
}

fn joined_id(outcome: &Outcome<Control>) -> Option<AgentId> {
    outcome.events.iter().find_map(|event| match event {
        core_control::Event::Master(PoolEvent::AgentConnected { agent_id, .. }) => Some(agent_id.clone()),
        _ => None,
    })
}

/// An order in a few words.
struct Order<'a>(&'a ToAgent);

impl std::fmt::Display for Order<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (verb, task): (&str, &TaskId) = match self.0 {
            ToAgent::Run(run) => ("run", &run.task.task_id),
            ToAgent::Kill(kill) => ("kill", &kill.task_id),
            ToAgent::Ack { task_id, .. } => ("ack", task_id),
            _ => return f.write_str("other"),
        };
        write!(f, "{verb} {task}")
    }
}

/// A launch that the app scheduler asked for: its instance, task and agent.
pub(crate) type Wanted = (Uuid, TaskId, AgentId);
