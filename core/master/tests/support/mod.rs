//! A master under test, driven as the engine drives it.

pub mod stacked;

use std::{collections::BTreeSet, time::Duration};

use base_clock::Timestamp;
use base_ids::{ClusterId, Principal, TaskId};
use core_machine::{Driver, Machine, Random};
use core_master::{Command, Config, Digest, Effect, Event, Master, Reject};
use model_cluster::{AgentSpec, Capability, FrameworkSpec, Program, TaskSpec};
use model_resources::{Attributes, Resources, Role};
use wire_link::{Hello, PROTOCOL};

use stacked::stacked;

pub const TOKEN: Digest = Digest([7; 32]);

/// The master, its clock, and all hard facts so far.
pub struct World {
    pub driver: Driver<Master>,
    pub now: Timestamp,
    pub journal: Vec<(Timestamp, Event)>,
    /// The numbers of the kinds of facts that occurred.
    pub kinds: BTreeSet<u32>,
    principal: Principal,
}

impl World {
    /// A new leadership on a state, with settings of its own.
    pub fn with(state: Master, set: impl FnOnce(&mut Config)) -> Self {
        let join_token = Some(TOKEN);
        let mut config = Config {
            join_token,
            region: Some("here".into()),
            ..Config::new(ClusterId::from("C"), 1)
        };
        set(&mut config);
        Self {
            driver: Driver::new(state, config, Random::seeded(1)),
            now: Timestamp::from_millis(1_000_000),
            journal: Vec::new(),
            kinds: BTreeSet::new(),
            principal: Principal::from("tester"),
        }
    }

    /// Runs a command and what the master itself asks for afterwards; panics if an invariant does not hold.
    pub fn submit(&mut self, command: Command) -> Result<(Vec<Event>, Vec<Effect>), Reject> {
        let mut events = self.driver.decide(self.now, &self.principal, command)?;
        let mut effects = self.effects();
        if effects.contains(&Effect::Allocate) {
            effects.retain(|effect| *effect != Effect::Allocate);
            let more = self.driver.decide(self.now, &self.principal, Command::Allocate)?;
            events.extend(
                more.into_iter()
                    .filter(|event| !matches!(event, Event::OffersMade { offers, .. } if offers.is_empty())),
            );
            effects.extend(self.effects());
        }
        self.kinds.extend(events.iter().map(kind));
        let hard = events.iter().filter(|event| !Master::is_soft(event));
        self.journal.extend(hard.map(|event| (self.now, event.clone())));
        Ok((events, effects))
    }

    fn effects(&mut self) -> Vec<Effect> {
        let keys = self.driver.take_touched();
        self.driver.check(&keys).unwrap();
        self.driver.work(&keys)
    }

    /// Lets time pass, tick by tick.
    pub fn wait(&mut self, time: Duration) -> (Vec<Event>, Vec<Effect>) {
        let (end, mut events, mut effects) = (self.now + time, Vec::new(), Vec::new());
        while let Some(due) = self.driver.deadline().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            let (more_events, more_effects) = self.submit(Command::Tick).unwrap();
            assert!(!more_events.is_empty(), "a tick was due and did nothing");
            events.extend(more_events);
            effects.extend(more_effects);
        }
        self.now = end;
        (events, effects)
    }
}

/// The number of a fact's kind, as it is written; of a kind that has kinds of its own, a thousand of it and theirs.
fn kind(event: &Event) -> u32 {
    let bytes = minicbor::to_vec(event).unwrap();
    let mut decoder = minicbor::Decoder::new(&bytes);
    decoder.array().unwrap();
    let number = decoder.u32().unwrap();
    if !matches!(event, Event::Executor(_) | Event::Inverse(_) | Event::Registry(_)) {
        return number;
    }
    decoder.array().unwrap();
    decoder.array().unwrap();
    1000 * number + decoder.u32().unwrap()
}

pub fn hello(resources: &str) -> Hello {
    Hello {
        protocol: PROTOCOL,
        agent_id: None,
        cluster_id: None,
        epoch: 0,
        index: 0,
        policy: None,
        leadership: 0,
        spec: AgentSpec {
            hostname: "host".into(),
            ip: [127, 0, 0, 1].into(),
            port: 5051,
            resources: Resources::parse(resources).unwrap(),
            attributes: Attributes::default(),
            domain: None,
            version: "0.1.0".into(),
            boot_id: "boot".into(),
        },
    }
}

pub fn framework(roles: &[&str], aware: bool, failover_timeout_ms: u64) -> FrameworkSpec {
    FrameworkSpec {
        name: "test".into(),
        user: "nobody".into(),
        roles: roles.iter().map(|role| Role::new(role).unwrap()).collect(),
        suppressed: Vec::new(),
        capabilities: if aware {
            vec![Capability::PartitionAware]
        } else {
            Vec::new()
        },
        failover_timeout_ms,
        checkpoint: true,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    }
}

pub fn task(id: &str, resources: &str) -> TaskSpec {
    TaskSpec {
        task_id: TaskId::from(id),
        name: id.into(),
        resources: stacked(resources),
        command: model_cluster::Command {
            program: Program::Shell("true".into()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: None,
        labels: Default::default(),
        discovery: None,
        data: None,
        executor: None,
        group: Vec::new(),
        max_run_ms: None,
    }
}
