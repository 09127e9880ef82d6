//! One app of 100,000 instances: scheduled, placed, launched, upgraded and scaled away, with every event encoded. Run with
//! `--release`. The floor is what the same number of updates of the standard library's tree costs on this machine.

#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use base_clock::Timestamp;
use base_ids::{AgentId, AppId, Principal, TaskId};
use core_apps::{Apps, Command, Config, Effect, Placed, PutMode};
use core_machine::{Driver, Random};
use core_placement::{Candidate, Placer, Policy, Pool};
use model_app::{AppSpec, Program};
use model_cluster::{Source, TaskState, TaskStatus};
use model_resources::{Attributes, Resources, Role, Scalar};

const INSTANCES: u32 = 100_000;
const AGENTS: u32 = 10_000;
const STATUSES_A_BATCH: usize = 500;

struct Bench {
    driver: Driver<Apps>,
    bytes: usize,
    decisions: usize,
}

impl Bench {
    fn submit(&mut self, command: Command) {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let events = self
            .driver
            .decide(now, &Principal::from("bench"), command)
            .expect("it is let in");
        for event in &events {
            self.bytes += minicbor::to_vec(event).expect("it encodes").len();
        }
        self.decisions += 1;
    }

    /// Ticks until nothing is unsettled, and gives the effects of all that was touched.
    fn settle(&mut self) -> Vec<Effect> {
        while self.driver.deadline() == Some(Timestamp::EPOCH) {
            self.submit(Command::Tick);
        }
        let keys = self.driver.take_touched();
        self.driver.check(&keys).expect("the invariants hold");
        self.driver.work(&keys)
    }

    fn report(&mut self, what: &str, count: usize, started: Instant, floor: f64) {
        let rate = count as f64 / started.elapsed().as_secs_f64();
        let (bytes, decisions) = (std::mem::take(&mut self.bytes), std::mem::take(&mut self.decisions));
        println!(
            "{what}: {rate:.0}/s ({:.1} % of the floor), {decisions} decisions, {bytes} bytes of events",
            rate / floor * 100.0
        );
    }

    fn statuses(&mut self, tasks: &[TaskId], state: TaskState) {
        for batch in tasks.chunks(STATUSES_A_BATCH) {
            for task in batch {
                let status = TaskStatus::new(task.clone(), state, Source::Agent, Timestamp::from_millis(1));
                self.submit(Command::TaskUpdated { status: status.into() });
            }
            black_box(self.settle());
        }
    }
}

fn spec(instances: u32) -> AppSpec {
    let program = Some(Program::Shell("sleep 1".to_owned()));
    let spec = AppSpec::new(AppId::from("/big"), program, Role::any(), Timestamp::EPOCH);
    AppSpec {
        instances,
        cpus: Scalar::from_millis(100),
        ..spec
    }
}

fn main() {
    let floor = floor();
    println!("floor: {floor:.0} tree updates/s");
    let driver = Driver::new(Apps::default(), Config::default(), Random::seeded(1));
    let mut bench = Bench {
        driver,
        bytes: 0,
        decisions: 0,
    };
    let (pool, id) = (pool(), AppId::from("/big"));

    let started = Instant::now();
    let (specs, mode) = (vec![spec(INSTANCES)], PutMode::Create);
    bench.submit(Command::PutApps {
        specs,
        mode,
        force: false,
    });
    bench.settle();
    bench.report("scheduled", INSTANCES as usize, started, floor);

    let started = Instant::now();
    let mut tasks = Vec::new();
    let mut placer = Placer::new(pool, Policy::Spread);
    while let Some(demand) = bench.driver.state().demand(&id, 2000) {
        let placed = placer.place(&demand).placements.into_iter().map(|p| Placed {
            hostname: p.agent_id.to_string(),
            ip: [127, 0, 0, 1].into(),
            domain: None,
            instance: p.instance,
            agent_id: p.agent_id,
            ports: p.ports,
            resources: p.resources,
        });
        let placed = placed.collect();
        bench.submit(Command::InstancesPlaced {
            app: id.clone(),
            placed,
            refusal: None,
        });
        for effect in bench.settle() {
            if let Effect::Launch { instance, task_id, .. } = effect {
                black_box(bench.driver.state().task_spec(instance));
                tasks.push(task_id);
            }
        }
    }
    bench.report("placed, with their task specs", tasks.len(), started, floor);

    for state in [TaskState::Starting, TaskState::Running] {
        let started = Instant::now();
        bench.statuses(&tasks, state);
        bench.report(state.name(), tasks.len(), started, floor);
    }
    let started = Instant::now();
    let bytes = minicbor::to_vec(bench.driver.state()).expect("it encodes").len();
    println!("snapshot: {bytes} bytes in {:?}", started.elapsed());
    let started = Instant::now();
    black_box(bench.driver.state().clone());
    println!("clone: {:?}", started.elapsed());

    let started = Instant::now();
    let (specs, mode) = (vec![spec(0)], PutMode::Update);
    bench.submit(Command::PutApps {
        specs,
        mode,
        force: true,
    });
    let kills = bench.settle().len();
    bench.statuses(&tasks, TaskState::Killed);
    bench.report("killed", kills, started, floor);
    assert_eq!(bench.driver.state().instance_count(), 0);
}

fn pool() -> Pool {
    let agents = (0..AGENTS).map(|i| {
        let free = Resources::parse("cpus:64;mem:131072;disk:100000;ports:[31000-32000]").expect("resources");
        Candidate {
            agent_id: AgentId::from(format!("agent-{i}")),
            hostname: format!("host-{i}"),
            ip: [127, 0, 0, 1].into(),
            attributes: Attributes::new(),
            domain: None,
            total: free.clone(),
            free,
            connected: true,
            closed: None,
        }
    });
    Pool {
        agents: agents.collect(),
    }
}

fn floor() -> f64 {
    let mut tree: BTreeMap<(u32, u32), u32> = (0..INSTANCES).map(|i| ((i % 977, i), i)).collect();
    let started = Instant::now();
    for i in 0..INSTANCES {
        if let Some(value) = tree.remove(&(i % 977, i)) {
            tree.insert((i % 991 + 1000, i), value);
        }
    }
    f64::from(INSTANCES) / started.elapsed().as_secs_f64()
}
