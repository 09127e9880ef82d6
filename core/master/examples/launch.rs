//! Times 100,000 launches through the master's core alone: committed, decided, applied, checked and ordered, then started,
//! finished and acknowledged. Run with `cargo run --release -p core-master --example launch`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::Instant;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, FrameworkId, Principal, TaskId, Uuid};
use core_machine::{Driver, Random};
use core_master::{Command, Config, Digest, Face, JoinAgent, Launch, Master, Proof, Subscribe};
use model_cluster::{AgentSpec, FrameworkSpec, Program, Source, TaskSpec, TaskState, TaskStatus};
use model_resources::{Attributes, Resources, Role};
use wire_link::{Hello, PROTOCOL, Update};

const AGENTS: usize = 10_000;
const TASKS: usize = 100_000;
const BATCH: usize = 1_000;

fn main() {
    let config = Config {
        join_token: Some(Digest([7; 32])),
        ..Config::new(ClusterId::from("C"), 1)
    };
    let mut world = World {
        driver: Driver::new(Master::default(), config, Random::seeded(1)),
        effects: 0,
    };
    world.time("join", AGENTS, |world| (0..AGENTS).for_each(|n| world.join(n)));
    world.submit(subscribe());
    world.time("launch", TASKS, |world| {
        for batch in (0..TASKS).step_by(BATCH) {
            let launches = (batch..batch + BATCH).map(launch).collect();
            world.submit(Command::Commit {
                framework_id: framework_id(),
                launches,
            });
        }
    });
    assert_eq!(world.driver.state().tasks().count(), TASKS);
    for state in [TaskState::Running, TaskState::Finished] {
        world.time(state.name(), TASKS, |world| {
            (0..TASKS).for_each(|n| world.update(n, state))
        });
    }
    assert_eq!(world.driver.state().tasks().count(), 0);
}

struct World {
    driver: Driver<Master>,
    effects: usize,
}

impl World {
    fn submit(&mut self, command: Command) {
        let events = self
            .driver
            .decide(Timestamp::from_millis(1), &Principal::from("bench"), command);
        std::hint::black_box(events.expect("the bench does nothing that is refused"));
        let keys = self.driver.take_touched();
        self.driver.check(&keys).expect("the invariants hold");
        self.effects += self.driver.work(&keys).len();
    }

    fn time(&mut self, what: &str, count: usize, run: impl FnOnce(&mut Self)) {
        let (start, before) = (Instant::now(), self.effects);
        run(self);
        let (time, effects) = (start.elapsed(), self.effects - before);
        let rate = count as f64 / time.as_secs_f64();
        println!("{what:>14}: {count} in {time:.0?}, {rate:.0}/s, {effects} effects");
    }

    fn join(&mut self, n: usize) {
        let hello = Hello {
            protocol: PROTOCOL,
            agent_id: None,
            cluster_id: None,
            epoch: 0,
            index: 0,
            spec: AgentSpec {
                hostname: format!("host{n}"),
                ip: [127, 0, 0, 1].into(),
                port: 5051,
                resources: Resources::parse("cpus:24;mem:65536;ports:[31000-32000]").expect("resources"),
                attributes: Attributes::default(),
                domain: None,
                version: "0".into(),
                boot_id: "boot".into(),
            },
        };
        self.submit(Command::JoinAgent(JoinAgent {
            hello,
            proof: Proof::JoinToken(Digest([7; 32])),
            new_credential: Some(Digest([9; 32])),
            connection: n as u64,
            journal_index: 0,
        }));
        self.submit(Command::AgentReport {
            agent_id: agent_id(n),
            tasks: Vec::new(),
        });
    }

    /// One update as its agent sends it, and the framework's acknowledgement.
    fn update(&mut self, n: usize, state: TaskState) {
        let mut status = TaskStatus::new(task_id(n), state, Source::Agent, Timestamp::from_millis(1));
        let uuid = Uuid::from_random(((n as u128) << 80) | u128::from(state.rank()));
        status.uuid = Some(uuid);
        let update = Update {
            framework_id: framework_id(),
            status,
        };
        self.submit(Command::AgentUpdate {
            agent_id: agent_id(n % AGENTS),
            update,
        });
        self.submit(Command::Acknowledge {
            framework_id: framework_id(),
            agent_id: agent_id(n % AGENTS),
            task_id: task_id(n),
            uuid,
        });
    }
}

fn subscribe() -> Command {
    Command::Subscribe(Subscribe {
        framework_id: Some(framework_id()),
        spec: FrameworkSpec {
            name: "marathon".into(),
            user: String::new(),
            roles: vec![Role::any()],
            suppressed: Vec::new(),
            capabilities: Vec::new(),
            failover_timeout_ms: 0,
            checkpoint: true,
            hostname: None,
            principal: None,
            webui_url: None,
            labels: Vec::new(),
            multi_role: true,
        },
        face: Face::Watch,
        force: true,
        connection: 1,
    })
}

fn launch(n: usize) -> Launch {
    let port = 31_000 + n / AGENTS;
    let task = TaskSpec {
        task_id: task_id(n),
        name: "web".into(),
        resources: Resources::parse(&format!("cpus:0.1;mem:32;ports:[{port}-{port}]")).expect("resources"),
        command: model_cluster::Command {
            program: Program::Shell("sleep 1000".into()),
            env: Vec::new(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: None,
        labels: Vec::new(),
        discovery: None,
        data: None,
    };
    Launch {
        agent_id: agent_id(n % AGENTS),
        role: None,
        task,
    }
}

fn agent_id(n: usize) -> AgentId {
    AgentId::from(format!("C-S{n}"))
}

fn task_id(n: usize) -> TaskId {
    TaskId::from(format!("web.{n:08}"))
}

fn framework_id() -> FrameworkId {
    FrameworkId::from("marathon")
}
