//! An agent that has joined, and the nouns that it is told of.

use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ExecutorId, FrameworkId, Principal, TaskId};
use core_agent::{Agent, Command, Config, Effect, Event, ExecutorKey, Key, Reject};
use core_machine::{Driver, Machine, Random};
use model_cluster::{ExecutorKind, ExecutorSpec, FrameworkSpec, Program, TaskSpec, TaskStatus};
use model_resources::{Resources, Role};
use wire_link::{RunTask, Welcome};

pub struct World {
    pub driver: Driver<Agent>,
    pub now: Timestamp,
    journal: Vec<(Timestamp, Event)>,
    /// How many updates executors have sent.
    pub updates: u128,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self {
            driver: Driver::new(Agent::default(), Config::default(), Random::seeded(1)),
            now: Timestamp::from_millis(1_000),
            journal: Vec::new(),
            updates: 0,
        };
        let welcome = Welcome {
            agent_id: AgentId::from("c1-S0"),
            cluster_id: ClusterId::from("c1"),
            credential: None,
            epoch: 1,
            index: 0,
            ping_interval_ms: 15_000,
            leadership: 2,
        };
        world.tell(Command::Join(welcome)).unwrap();
        world
    }

    /// Decides a command, checks the invariants, and gives the effects that are due afterwards.
    pub fn tell(&mut self, command: Command) -> Result<Vec<Effect>, Reject> {
        self.now = self.now + Duration::from_millis(1);
        let events = self.driver.decide(self.now, &Principal::from("test"), command)?;
        let hard = events.into_iter().filter(|event| !Agent::is_soft(event));
        self.journal.extend(hard.map(|event| (self.driver.now(), event)));
        let keys = self.driver.take_touched();
        self.driver.check(&keys).unwrap();
        Ok(self.driver.work(&keys))
    }

    /// The agent's death and return: soft facts are gone, and the snapshot says the same as the journal. Gives what is to be
    /// done at once.
    pub fn restart(&mut self) -> Vec<Effect> {
        let mut replayed = Agent::default();
        self.journal.iter().for_each(|(at, event)| replayed.apply(*at, event));
        let bytes = minicbor::to_vec(self.driver.state()).unwrap();
        assert_eq!(minicbor::decode::<Agent>(&bytes).unwrap(), replayed);
        self.driver = Driver::new(replayed, Config::default(), Random::seeded(2));
        let keys = self.driver.state().keys();
        self.driver.work(&keys)
    }

    /// The last that is told of a task and not acknowledged.
    pub fn last(&self, task: &str) -> TaskStatus {
        let task = self.driver.state().task(&key(task)).expect("it is there");
        task.unacked.back().expect("it was told something").clone()
    }
}

pub fn key(task: &str) -> Key {
    Key {
        framework_id: FrameworkId::from("f"),
        task_id: TaskId::from(task),
    }
}

pub fn executor() -> ExecutorKey {
    ExecutorKey {
        framework_id: FrameworkId::from("f"),
        executor_id: ExecutorId::from("e"),
    }
}

/// `^cpus:1` is revocable.
pub fn resources(text: &str) -> Resources {
    match text.strip_prefix('^') {
        Some(text) => Resources::parse(text).unwrap().map(|r| r.with_revocable(true)),
        None => Resources::parse(text).unwrap(),
    }
}

pub fn command() -> model_cluster::Command {
    model_cluster::Command {
        program: Program::Shell("sleep 1".into()),
        env: Default::default(),
        user: None,
        uris: Vec::new(),
    }
}

/// The executor `e`; a custom one has a command.
pub fn executor_spec(kind: ExecutorKind, uses: &str) -> ExecutorSpec {
    ExecutorSpec {
        executor_id: ExecutorId::from("e"),
        kind,
        command: (kind == ExecutorKind::Custom).then(command),
        resources: resources(uses),
        shutdown_grace_ms: None,
        name: None,
        source: None,
        data: None,
        labels: Vec::new(),
        discovery: None,
    }
}

pub fn task_spec(id: &str, uses: &str, executor: Option<ExecutorSpec>) -> TaskSpec {
    TaskSpec {
        task_id: TaskId::from(id),
        name: id.to_owned(),
        resources: resources(uses),
        command: command(),
        health_check: None,
        kill_grace_ms: Some(500),
        labels: Default::default(),
        discovery: None,
        data: None,
        executor: executor.map(Box::new),
        max_run_ms: None,
        group: Vec::new(),
    }
}

/// The order to run a task of the framework `f`.
pub fn order(task: TaskSpec) -> RunTask {
    let framework = FrameworkSpec {
        name: "f".into(),
        user: String::new(),
        roles: vec![Role::default()],
        suppressed: Vec::new(),
        capabilities: Vec::new(),
        failover_timeout_ms: 0,
        checkpoint: true,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    };
    RunTask {
        framework_id: FrameworkId::from("f"),
        default_user: String::new(),
        task: task.into(),
        epoch: 1,
        killing: false,
        starting: false,
        index: 0,
        leadership: 2,
        framework: Some(Box::new(framework)),
    }
}
