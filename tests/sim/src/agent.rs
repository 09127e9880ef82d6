//! An agent's process: its writer, its link, and the keeper of its containers. It follows `svc_agent`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use base_ids::ContainerId;
use core_agent::{Agent, ChangeHealth, Command, Effect, Exit, Key, Phase, Reject};
use io_store::{Epoch, MachineTag, MemDisk};
use model_cluster::{AgentSpec, Enforcer, HealthCheck};
use model_resources::{Attributes, Resources};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_link::{Hello, PROTOCOL, ToAgent, ToMaster, Update};

use crate::engine::{Answer, Engine, Failure, Setup, Turn};
use crate::fault::Fault;
use crate::master::TOKEN;
use crate::network::End;
use crate::runtime::{Container, Runtime, Status};
use crate::world::{Event, SECOND, World};

const SHORTEST_WAIT: u64 = 50_000;
const LONGEST_WAIT: u64 = 5 * SECOND;
/// How long the master's answer to an introduction is waited for.
const PATIENCE: u64 = 10 * SECOND;

/// Who waits for an answer of the agent's machine.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Nobody,
    Joined { connection: u64 },
    Kill { connection: u64 },
}

type AgentEngine = Engine<Agent, Reply>;

/// How far the link is.
#[derive(Clone, Debug, PartialEq)]
enum Session {
    Idle,
    Greeted(u64),
    /// Welcome, but that is not in the journal yet; what comes meanwhile waits.
    Joining(u64, Vec<ToAgent>),
    Linked(u64),
}

/// A health check that is run.
#[derive(Clone, Debug)]
struct Prober {
    check: HealthCheck,
    started: u64,
    health: Option<bool>,
    failures: u32,
    /// Nothing changes until the container's health does.
    idle: bool,
}

/// What the keeper of the containers remembers; a restart forgets it.
#[derive(Debug, Default)]
struct Keeper {
    launched: BTreeSet<ContainerId>,
    starting: BTreeSet<ContainerId>,
    watched: BTreeMap<ContainerId, Option<Prober>>,
    kills: BTreeMap<ContainerId, u64>,
    destroyed: BTreeSet<ContainerId>,
}

pub(crate) struct AgentNode {
    pub(crate) number: usize,
    pub(crate) disk: MemDisk,
    pub(crate) engine: Option<AgentEngine>,
    pub(crate) life: u64,
    pub(crate) spec: AgentSpec,
    pub(crate) runtime: Runtime,
    /// The partition that it is behind, if it is.
    pub(crate) partition: Option<u64>,
    session: Session,
    uplink: Option<u64>,
    silence: u64,
    heard: u64,
    wait: u64,
    keeper: Keeper,
    turn_at: Option<u64>,
    snapshot_every: u64,
}

impl AgentNode {
    pub(crate) fn new(number: usize, rng: &mut ChaCha8Rng) -> Self {
        let (cpus, mem, ports) = (
            rng.random_range(2..=6),
            rng.random_range(1024..=4096),
            rng.random_range(8..=40),
        );
        let text = format!("cpus:{cpus};mem:{mem};disk:10000;ports:[31000-{}]", 31_000 + ports);
        let spec = AgentSpec {
            hostname: format!("node{number}"),
            ip: IpAddr::V4(Ipv4Addr::new(10, 0, 0, number as u8 + 1)),
            port: 5051,
            resources: Resources::parse(&text).expect("these are resources"),
            attributes: Attributes::parse(&format!("rack:r{}", number % 2)).expect("these are attributes"),
            domain: None,
            version: "sim".to_owned(),
            boot_id: format!("boot{number}"),
        };
        Self {
            number,
            disk: MemDisk::new(io_store::ClusterId(rng.random())),
            engine: None,
            life: 0,
            spec,
            runtime: Runtime::default(),
            partition: None,
            session: Session::Idle,
            uplink: None,
            silence: 0,
            heard: 0,
            wait: SHORTEST_WAIT,
            keeper: Keeper::default(),
            turn_at: None,
            snapshot_every: rng.random_range(20..200),
        }
    }

    pub(crate) fn state(&self) -> Option<&Agent> {
        self.engine.as_ref().map(|engine| engine.driver.state())
    }

    /// What it shows when it dials.
    pub(crate) fn bearer(&self) -> String {
        self.state()
            .and_then(Agent::credential)
            .map_or(TOKEN, |secret| secret.as_ref())
            .to_owned()
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.uplink.is_some()
    }

    /// Containers on their way.
    pub(crate) fn starting(&self) -> usize {
        self.keeper.starting.len()
    }
}

impl World {
    pub(crate) fn start_agent(&mut self, number: usize) {
        if self.agents[number].engine.is_some() {
            return;
        }
        let setup = Setup {
            config: |_: Epoch| core_agent::Config::default(),
            seed: self.rng.random(),
            wall: base_clock::Timestamp::from_micros(1_800_000_000_000_000 + self.now as i64),
            now: self.now,
            snapshot_every: self.agents[number].snapshot_every,
            answer_before_append: false,
        };
        let agent = &mut self.agents[number];
        match Engine::start(&agent.disk, |_| MachineTag(16), setup) {
            Ok(engine) => {
                agent.life += 1;
                let effects = engine.resync();
                agent.engine = Some(engine);
                agent.turn_at = None;
                agent.wait = SHORTEST_WAIT;
                self.note(format_args!("agent {number} starts"));
                self.recover(number);
                self.agent_effects(number, effects);
                self.poke_agent(number);
                let life = self.agents[number].life;
                self.after(1000, 200_000, Event::Dial { agent: number, life });
            }
            Err(why) => {
                self.note(format_args!("agent {number} can't start: {why}"));
                self.after(SECOND, 5 * SECOND, Event::AgentStart { agent: number });
            }
        }
    }

    /// The process dies; its journal and its containers stay. A container on its way is there or is not.
    pub(crate) fn crash_agent(&mut self, number: usize, why: &str) {
        if self.agents[number].engine.is_none() {
            return;
        }
        self.note(format_args!("agent {number} dies: {why}"));
        for id in std::mem::take(&mut self.agents[number].keeper.starting) {
            if self.rng.random_bool(0.5) {
                self.run_container(number, &id);
            }
        }
        let agent = &mut self.agents[number];
        agent.engine = None;
        agent.life += 1;
        agent.keeper = Keeper::default();
        agent.session = Session::Idle;
        agent.uplink = None;
        for connection in self.network.of_agent(number) {
            self.break_connection(connection);
        }
        let long = if self.chance(15) { 120 } else { 10 };
        self.after(100_000, long * SECOND, Event::AgentStart { agent: number });
    }

    /// Holds what runs against the journal, before anything is started.
    fn recover(&mut self, number: usize) {
        let Some(state) = self.agents[number].state().cloned() else {
            return;
        };
        let found: Vec<(ContainerId, Option<Exit>, bool)> = self.agents[number]
            .runtime
            .containers
            .iter()
            .map(|(id, container)| (id.clone(), container.end(), state.task_of(id).is_some()))
            .collect();
        let mut commands = Vec::new();
        for (id, end, known) in found {
            match (known, end) {
                (false, None) => self.fail(format!(
                    "agent {number}: container {id} runs and its journal has no task for it"
                )),
                (false, Some(_)) => drop(self.agents[number].runtime.containers.remove(&id)),
                (true, None) => commands.push(Command::ContainerStarted(id.clone())),
                (true, Some(exit)) => commands.push(Command::ContainerExited(id.clone(), exit)),
            }
            self.agents[number].keeper.launched.insert(id);
        }
        for (_, task) in state.tasks().filter(|(_, task)| task.phase == Phase::Running) {
            if !self.agents[number].keeper.launched.contains(&task.container_id) {
                let gone = Exit::Vanished("the task's supervisor was killed while the agent was away".into());
                commands.push(Command::ContainerExited(task.container_id.clone(), gone));
            }
        }
        for command in commands {
            self.tell_agent(number, command);
        }
    }

    fn tell_agent(&mut self, number: usize, command: Command) {
        self.ask_agent(number, command, Reply::Nobody);
    }

    fn ask_agent(&mut self, number: usize, command: Command, reply: Reply) {
        if let Some(engine) = &mut self.agents[number].engine {
            engine.submit("agent", command, reply);
            self.poke_agent(number);
        }
    }

    fn poke_agent(&mut self, number: usize) {
        let now = self.now;
        let Some(due) = self.agents[number].engine.as_ref().and_then(|engine| engine.due(now)) else {
            return;
        };
        let at = due.max(now) + self.rng.random_range(100..3_000);
        let agent = &mut self.agents[number];
        if agent.turn_at.is_none_or(|planned| planned > at) {
            agent.turn_at = Some(at);
            self.queue.put(
                at,
                Event::AgentTurn {
                    agent: number,
                    life: agent.life,
                    at,
                },
            );
        }
    }

    pub(crate) fn agent_turn(&mut self, number: usize, life: u64, at: u64) {
        let agent = &mut self.agents[number];
        if life != agent.life || agent.turn_at != Some(at) {
            return;
        }
        agent.turn_at = None;
        let Some(engine) = &mut agent.engine else { return };
        let turn = engine.turn(self.now);
        self.agent_speaks(number, turn);
        self.poke_agent(number);
    }

    fn agent_speaks(&mut self, number: usize, turn: Turn<Agent, Reply>) {
        if let Some(violation) = turn.violation {
            return self.fail(format!("agent {number}: {violation}"));
        }
        for (condition, fault) in [(turn.snapshot, Fault::Snapshot), (turn.truncated, Fault::Truncation)] {
            if condition {
                self.count(fault);
            }
        }
        for (reply, answer) in turn.answers {
            self.agent_answered(number, reply, answer);
        }
        if let Some(why) = turn.end {
            return self.crash_agent(number, &why);
        }
        self.agent_effects(number, turn.effects);
        if self.stormy && self.rng.random_range(0..40) == 0 {
            self.check_agent_replay(number);
        }
    }

    fn agent_answered(&mut self, number: usize, reply: Reply, answer: Answer<Agent>) {
        match (reply, answer) {
            (Reply::Joined { connection }, Ok(_)) => self.linked(number, connection),
            (Reply::Joined { connection }, Err(failure)) => {
                self.note(format_args!("agent {number} does not join: {failure:?}"));
                self.break_connection(connection);
            }
            (Reply::Kill { connection }, Err(Failure::Rejected(Reject::UnknownTask(_)))) => {
                self.report_to(number, connection);
            }
            _ => {}
        }
    }

    // The link.

    pub(crate) fn dial(&mut self, number: usize, life: u64) {
        let agent = &self.agents[number];
        if life != agent.life || agent.engine.is_none() || agent.session != Session::Idle {
            return;
        }
        if agent.partition.is_some() || self.master.engine.is_none() {
            return self.dial_later(number);
        }
        let connection = self.network.open(number);
        let Some(state) = self.agents[number].state() else {
            return;
        };
        let (epoch, index) = state.seen();
        let hello = ToMaster::Hello(Hello {
            protocol: PROTOCOL,
            agent_id: state.agent_id().cloned(),
            cluster_id: state.cluster_id().cloned(),
            epoch,
            index,
            spec: self.agents[number].spec.clone(),
        });
        self.agents[number].session = Session::Greeted(connection);
        self.agents[number].heard = self.now;
        self.agents[number].silence = PATIENCE;
        self.send_master(connection, &hello);
        self.queue.put(
            self.now + PATIENCE,
            Event::Silence {
                agent: number,
                life,
                connection,
            },
        );
    }

    fn dial_later(&mut self, number: usize) {
        let agent = &mut self.agents[number];
        let (wait, life) = (agent.wait, agent.life);
        agent.wait = (wait * 2).min(LONGEST_WAIT);
        self.after(wait, wait + 20_000, Event::Dial { agent: number, life });
    }

    fn send_master(&mut self, connection: u64, message: &ToMaster) {
        let loose = matches!(message, ToMaster::Update(_) | ToMaster::Pong);
        let mut bytes = Vec::new();
        wire_link::encode(message, &mut bytes);
        self.transmit(connection, End::Master, loose, bytes);
    }

    fn is_current(&self, number: usize, connection: u64) -> bool {
        match &self.agents[number].session {
            Session::Idle => false,
            Session::Greeted(own) | Session::Joining(own, _) | Session::Linked(own) => *own == connection,
        }
    }

    /// The end of a connection is noticed; another one is tried.
    pub(crate) fn agent_loses(&mut self, connection: u64) {
        let Some(number) = self.network.connections.get(&connection).map(|link| link.agent) else {
            return;
        };
        if !self.is_current(number, connection) {
            return;
        }
        self.agents[number].session = Session::Idle;
        self.agents[number].uplink = None;
        self.dial_later(number);
    }

    pub(crate) fn silence(&mut self, number: usize, life: u64, connection: u64) {
        let agent = &self.agents[number];
        if life != agent.life || !self.is_current(number, connection) {
            return;
        }
        let until = agent.heard + agent.silence;
        if until > self.now {
            return self.queue.put(
                until,
                Event::Silence {
                    agent: number,
                    life,
                    connection,
                },
            );
        }
        self.note(format_args!("agent {number}: the master is silent"));
        self.break_connection(connection);
        self.agent_loses(connection);
    }

    pub(crate) fn agent_hears(&mut self, connection: u64, bytes: &[u8]) {
        let Some(number) = self.network.connections.get(&connection).map(|link| link.agent) else {
            return;
        };
        if !self.network.carries(connection) || !self.is_current(number, connection) {
            return;
        }
        let message: ToAgent = match wire_link::decode(bytes) {
            Ok(Some((message, used))) if used == bytes.len() => message,
            other => return self.fail(format!("a frame to an agent can't be read: {other:?}")),
        };
        self.agents[number].heard = self.now;
        match (&mut self.agents[number].session, message) {
            (Session::Greeted(_), ToAgent::Welcome(welcome)) => {
                let agent = &mut self.agents[number];
                agent.silence = welcome.ping_interval_ms.max(100) * 1000 * 5;
                agent.session = Session::Joining(connection, Vec::new());
                self.ask_agent(number, Command::Join(welcome), Reply::Joined { connection });
            }
            (Session::Joining(_, waiting), message) => waiting.push(message),
            (Session::Linked(_), message) => self.obey(number, connection, message),
            _ => {
                self.break_connection(connection);
                self.agent_loses(connection);
            }
        }
    }

    fn linked(&mut self, number: usize, connection: u64) {
        let Session::Joining(own, waiting) = &mut self.agents[number].session else {
            return;
        };
        if *own != connection {
            return;
        }
        let waiting = std::mem::take(waiting);
        let agent = &mut self.agents[number];
        agent.session = Session::Linked(connection);
        agent.wait = SHORTEST_WAIT;
        self.report_to(number, connection);
        for message in waiting {
            self.obey(number, connection, message);
        }
    }

    /// Tells all that is here, then the updates that nobody has acknowledged.
    fn report_to(&mut self, number: usize, connection: u64) {
        if self.agents[number].session != Session::Linked(connection) {
            return;
        }
        self.agents[number].uplink = Some(connection);
        let Some(state) = self.agents[number].state().cloned() else {
            return;
        };
        self.send_master(connection, &ToMaster::Report(state.report()));
        for (key, task) in state.tasks() {
            if let Some(status) = task.unacked.front() {
                let update = Update {
                    framework_id: key.framework_id.clone(),
                    status: status.clone(),
                };
                self.send_master(connection, &ToMaster::Update(update));
            }
        }
    }

    fn obey(&mut self, number: usize, connection: u64, message: ToAgent) {
        let command = match message {
            ToAgent::Ping { epoch, index } => {
                self.send_master(connection, &ToMaster::Pong);
                Command::SeeEpoch { epoch, index }
            }
            ToAgent::Run(order) => Command::RunTask(order),
            ToAgent::Kill(order) => {
                return self.ask_agent(number, Command::KillTask(order), Reply::Kill { connection });
            }
            ToAgent::Ack {
                framework_id,
                task_id,
                uuid,
            } => Command::Acknowledge(Key { framework_id, task_id }, uuid),
            ToAgent::Welcome(_) => return,
            ToAgent::Refused { .. } => {
                self.break_connection(connection);
                return self.agent_loses(connection);
            }
        };
        self.tell_agent(number, command);
    }

    // The containers.

    fn agent_effects(&mut self, number: usize, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(update) => {
                    if let Some(connection) = self.agents[number].uplink {
                        self.send_master(connection, &ToMaster::Update(update));
                    }
                }
                Effect::Launch(key) => self.launch(number, &key),
                Effect::Watch {
                    container_id,
                    health_check,
                } => self.watch(number, container_id, health_check),
                Effect::Kill { container_id, grace_ms } => self.kill(number, container_id, grace_ms),
                Effect::Destroy(container_id) => self.destroy(number, container_id),
            }
        }
    }

    fn launch(&mut self, number: usize, key: &Key) {
        let agent = &mut self.agents[number];
        let Some(task) = agent.state().and_then(|state| state.task(key)).cloned() else {
            return;
        };
        if !agent.keeper.launched.insert(task.container_id.clone()) {
            return;
        }
        agent.keeper.starting.insert(task.container_id.clone());
        let life = agent.life;
        self.after(
            5_000,
            800_000,
            Event::Launched {
                agent: number,
                life,
                container: task.container_id,
            },
        );
    }

    pub(crate) fn launched(&mut self, number: usize, life: u64, id: &ContainerId) {
        if life != self.agents[number].life || !self.agents[number].keeper.starting.remove(id) {
            return;
        }
        if self.stormy && self.chance(8) {
            self.count(Fault::LaunchFailure);
            let why = Exit::NotStarted("the disk of this node is in a bad mood".into());
            return self.tell_agent(number, Command::ContainerExited(id.clone(), why));
        }
        self.run_container(number, id);
        self.tell_agent(number, Command::ContainerStarted(id.clone()));
        if let Some(grace_ms) = self.agents[number].keeper.kills.get(id).copied() {
            self.signal(number, id, grace_ms);
        }
    }

    /// A container's process comes to be.
    fn run_container(&mut self, number: usize, id: &ContainerId) {
        let known = self.agents[number].state().and_then(|state| state.task_of(id));
        let Some((key, spec)) = known.map(|(key, task)| (key.clone(), task.spec.clone())) else {
            return self.fail(format!(
                "agent {number} starts container {id} without a task in its journal"
            ));
        };
        self.note(format_args!("agent {number} runs {} in {id}", key.task_id));
        let stubborn = self.chance(30);
        let container = Container {
            key,
            spec,
            status: Status::Running,
            dies_at: None,
            stubborn,
            healthy_from: self.now + self.rng.random_range(SECOND / 2..6 * SECOND),
        };
        self.plan_life(number, id, &container.spec);
        self.agents[number].runtime.containers.insert(id.clone(), container);
        self.check_started(number, id);
    }

    fn watch(&mut self, number: usize, id: ContainerId, check: Option<HealthCheck>) {
        let (now, agent) = (self.now, &mut self.agents[number]);
        if agent.keeper.watched.contains_key(&id) {
            return;
        }
        agent.keeper.launched.insert(id.clone());
        let life = agent.life;
        let delay = check.as_ref().map(|check| check.delay_ms * 1000);
        let prober = check.map(|check| Prober {
            check,
            started: now,
            health: None,
            failures: 0,
            idle: false,
        });
        agent.keeper.watched.insert(id.clone(), prober);
        if let Some(delay) = delay {
            let container = id.clone();
            self.queue.put(
                now + delay + 1000,
                Event::Probe {
                    agent: number,
                    life,
                    container,
                },
            );
        }
        let ended = match self.agents[number].runtime.containers.get(&id) {
            Some(container) => container.end(),
            None => Some(Exit::Vanished("the task's supervisor can't be asked".into())),
        };
        if let Some(exit) = ended {
            self.tell_agent(number, Command::ContainerExited(id, exit));
        }
    }

    /// A repeated order counts only if it leaves less time. One for a container on its way is carried out once it runs.
    fn kill(&mut self, number: usize, id: ContainerId, grace_ms: u64) {
        let keeper = &mut self.agents[number].keeper;
        if keeper.kills.get(&id).is_some_and(|given| *given <= grace_ms) {
            return;
        }
        keeper.kills.insert(id.clone(), grace_ms);
        self.signal(number, &id, grace_ms);
    }

    fn signal(&mut self, number: usize, id: &ContainerId, grace_ms: u64) {
        let soon = self.now + self.rng.random_range(1_000..500_000);
        let hard = self.now + grace_ms * 1000;
        let running = self.agents[number]
            .runtime
            .containers
            .get_mut(id)
            .filter(|container| container.is_running());
        let Some(container) = running else { return };
        let at = if container.stubborn { hard } else { soon.min(hard) };
        if container.dies_at.is_some_and(|planned| planned <= at) {
            return;
        }
        container.dies_at = Some(at);
        let exit = Exit::Signal(if at == hard { 9 } else { 15 });
        let stubborn = container.stubborn;
        if stubborn {
            self.count(Fault::StubbornTask);
        }
        self.queue.put(
            at,
            Event::Exit {
                agent: number,
                container: id.clone(),
                exit,
                killed: Some(at),
            },
        );
    }

    fn destroy(&mut self, number: usize, id: ContainerId) {
        let agent = &mut self.agents[number];
        if !agent.keeper.destroyed.insert(id.clone()) {
            return;
        }
        agent.keeper.watched.remove(&id);
        agent.keeper.kills.remove(&id);
        agent.keeper.launched.remove(&id);
        if agent.runtime.containers.get(&id).is_some_and(Container::is_running) {
            return self.fail(format!("agent {number} destroys container {id}, which runs"));
        }
        agent.runtime.containers.remove(&id);
    }

    pub(crate) fn exit(&mut self, number: usize, id: &ContainerId, exit: Exit, killed: Option<u64>) {
        let running = self.agents[number]
            .runtime
            .containers
            .get_mut(id)
            .filter(|container| container.is_running());
        let Some(container) = running else { return };
        if killed.is_some() && killed != container.dies_at {
            return;
        }
        container.status = if matches!(exit, Exit::Vanished(_)) {
            Status::Lost
        } else {
            Status::Exited(exit)
        };
        let end = container.end();
        let task_id = container.key.task_id.clone();
        self.note(format_args!("agent {number}: {task_id} ends, {end:?}"));
        let watched = self.agents[number].keeper.watched.contains_key(id);
        if let (true, Some(end)) = (watched, end) {
            self.tell_agent(number, Command::ContainerExited(id.clone(), end));
        }
    }

    /// The container's health has changed.
    pub(crate) fn wake_prober(&mut self, number: usize, id: &ContainerId) {
        let life = self.agents[number].life;
        let Some(Some(prober)) = self.agents[number].keeper.watched.get_mut(id) else {
            return;
        };
        if std::mem::take(&mut prober.idle) {
            let interval = prober.check.interval_ms.max(1) * 1000;
            self.after(
                0,
                interval,
                Event::Probe {
                    agent: number,
                    life,
                    container: id.clone(),
                },
            );
        }
    }

    pub(crate) fn probe(&mut self, number: usize, life: u64, id: &ContainerId) {
        let (now, agent) = (self.now, &mut self.agents[number]);
        let running = agent
            .runtime
            .containers
            .get(id)
            .filter(|container| container.is_running());
        let (Some(Some(prober)), Some(container), true) =
            (agent.keeper.watched.get_mut(id), running, life == agent.life)
        else {
            return;
        };
        let healthy = container.healthy_from <= now;
        let change = prober.judge(healthy, now);
        prober.idle = healthy && prober.health == Some(true);
        if !prober.idle {
            let at = now + prober.check.interval_ms.max(1) * 1000;
            self.queue.put(
                at,
                Event::Probe {
                    agent: number,
                    life,
                    container: id.clone(),
                },
            );
        }
        if let Some((healthy, failures, end)) = change {
            self.note(format_args!("agent {number}: {id} is healthy: {healthy}"));
            let message = "asked by the simulator".to_owned();
            let container_id = id.clone();
            let change = ChangeHealth {
                container_id,
                healthy,
                failures,
                message,
                end,
            };
            self.tell_agent(number, Command::ChangeHealth(change));
        }
    }
}

impl Prober {
    /// What the agent is told of one probe: health, failures in a row, and whether it must end the task.
    fn judge(&mut self, healthy: bool, now: u64) -> Option<(bool, u32, bool)> {
        if healthy {
            self.failures = 0;
            let news = self.health != Some(true);
            self.health = Some(true);
            return news.then_some((true, 0, false));
        }
        if self.health.is_none() && now - self.started < self.check.grace_period_ms * 1000 {
            return None;
        }
        let limit = self.check.consecutive_failures.max(1);
        self.failures = self.failures.saturating_add(1);
        let end = self.check.enforcer == Enforcer::Agent && self.failures >= limit;
        let news = self.health != Some(false) || self.failures == limit || end;
        self.health = Some(false);
        news.then_some((false, self.failures, end))
    }
}
