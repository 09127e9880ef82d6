//! An agent's process: its writer, its link, and the keeper of its containers. It follows `svc_agent`.

mod keeper;
mod link;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use base_ids::ContainerId;
use core_agent::{Agent, Command, Exit, Owner, Phase, Reject};
use io_store::{Epoch, MachineTag, MemDisk};
use model_cluster::{AgentSpec, HealthCheck};
use model_resources::{Attributes, Name, Resource, Resources, Scalar};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use wire_link::ToAgent;

use crate::engine::{Answer, Engine, Failure, Setup, Turn};
use crate::fault::Fault;
use crate::master::TOKEN;
use crate::runtime::Runtime;
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
        self.state().and_then(Agent::credential).unwrap_or(TOKEN).to_owned()
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
            config: |_: Epoch, _: u64| core_agent::Config::default(),
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
                self.oversubscribe(number);
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

    /// Each life of an agent has another estimate, and takes back in every other what was given beyond.
    fn oversubscribe(&mut self, number: usize) {
        let agent = &self.agents[number];
        let cpus = Scalar::from_units((agent.life % 3) as u32);
        let tasks = agent.state().into_iter().flat_map(Agent::tasks);
        let owners: Vec<Owner> = tasks
            .filter(|_| agent.life.is_multiple_of(2))
            .map(|(key, _)| Owner::Task(key.clone()))
            .collect();
        let estimate = Resource::new(Name::Cpus, cpus).into();
        self.tell_agent(number, Command::TakeEstimate(estimate));
        self.tell_agent(number, Command::Preempt(owners));
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
}
