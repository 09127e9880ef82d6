//! Revocable resources on an agent: what is told of them, and how their users are killed.

use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, ExecutorId, FrameworkId, Principal, TaskId};
use core_agent::{
    Agent, Command, Config, Effect, Estimator, ExecutorKey, Exit, Fixed, Key, Load, Owner, Phase, QosController, Slack,
    Usage, Used,
};
use core_machine::{Driver, Machine, Random};
use model_cluster::{
    ExecutorKind, ExecutorSpec, FrameworkSpec, Program, Reason, Source, TaskSpec, TaskState, TaskStatus,
};
use model_resources::{Resources, Role};
use wire_link::{RunTask, Welcome};

struct World {
    driver: Driver<Agent>,
    now: Timestamp,
    journal: Vec<(Timestamp, core_agent::Event)>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            driver: Driver::new(Agent::default(), Config::default(), Random::seeded(1)),
            now: Timestamp::from_millis(1_000),
            journal: Vec::new(),
        };
        world.tell(Command::Join(Welcome {
            leadership: 1,
            agent_id: AgentId::from("c1-S0"),
            cluster_id: ClusterId::from("c1"),
            credential: None,
            epoch: 1,
            index: 0,
            ping_interval_ms: 15_000,
        }));
        world
    }

    fn tell(&mut self, command: Command) -> Vec<Effect> {
        self.now = self.now + Duration::from_millis(1);
        let events = self.driver.decide(self.now, &Principal::from("test"), command).unwrap();
        let hard = events.into_iter().filter(|event| !Agent::is_soft(event));
        self.journal.extend(hard.map(|event| (self.driver.now(), event)));
        let keys = self.driver.take_touched();
        self.driver.check(&keys).unwrap();
        self.driver.work(&keys)
    }

    fn run(&mut self, task: &str, resources: &str, kind: Option<ExecutorKind>) -> ContainerId {
        self.tell(Command::RunTask(RunTask {
            leadership: 1,
            starting: false,
            framework_id: FrameworkId::from("f"),
            default_user: String::new(),
            task: spec(task, resources, kind).into(),
            epoch: 1,
            index: 0,
            framework: kind.map(|_| Box::new(framework())),
            killing: true,
        }));
        let container = match kind {
            Some(ExecutorKind::Custom) => self.driver.state().executor(&executor()).unwrap().container_id.clone(),
            _ => self.driver.state().task(&key(task)).unwrap().container_id.clone(),
        };
        self.tell(Command::ContainerStarted(container.clone()));
        container
    }

    fn last(&self, task: &str) -> TaskStatus {
        self.driver
            .state()
            .task(&key(task))
            .unwrap()
            .unacked
            .back()
            .unwrap()
            .clone()
    }

    fn oversubscribed(&self) -> String {
        self.driver.state().oversubscribed().to_string()
    }
}

fn key(task: &str) -> Key {
    Key {
        framework_id: FrameworkId::from("f"),
        task_id: TaskId::from(task),
    }
}

fn executor() -> ExecutorKey {
    ExecutorKey {
        framework_id: FrameworkId::from("f"),
        executor_id: ExecutorId::from("e"),
    }
}

/// `^cpus:1` is revocable.
fn resources(text: &str) -> Resources {
    match text.strip_prefix('^') {
        Some(text) => Resources::parse(text).unwrap().map(|r| r.with_revocable(true)),
        None => Resources::parse(text).unwrap(),
    }
}

fn command() -> model_cluster::Command {
    model_cluster::Command {
        program: Program::Shell("sleep 1".into()),
        env: Vec::new().into(),
        user: None,
        uris: Vec::new(),
    }
}

fn spec(id: &str, uses: &str, kind: Option<ExecutorKind>) -> TaskSpec {
    TaskSpec {
        task_id: TaskId::from(id),
        name: id.into(),
        resources: resources(uses),
        command: command(),
        health_check: None,
        kill_grace_ms: Some(60_000),
        labels: Vec::new().into(),
        discovery: None,
        data: None,
        executor: kind.map(|kind| {
            Box::new(ExecutorSpec {
                executor_id: ExecutorId::from("e"),
                kind,
                resources: resources("mem:32"),
                command: Some(command()),
                name: None,
                source: None,
                data: None,
                labels: Vec::new(),
                discovery: None,
                shutdown_grace_ms: None,
            })
        }),
        group: Vec::new(),
        max_run_ms: None,
    }
}

fn framework() -> FrameworkSpec {
    FrameworkSpec {
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
    }
}

fn sent(effects: &[Effect]) -> Vec<String> {
    let resources = |effect: &Effect| match effect {
        Effect::SendOversubscribed(resources) => Some(resources.to_string()),
        _ => None,
    };
    effects.iter().filter_map(resources).collect()
}

fn estimate(text: &str) -> Command {
    Command::TakeEstimate(resources(text))
}

#[test]
fn only_another_estimate_is_told() {
    let mut world = World::new();
    assert_eq!(sent(&world.tell(estimate(""))), [""; 0]);
    assert_eq!(sent(&world.tell(estimate("cpus:2"))), ["cpus{REV}:2"]);
    assert_eq!(sent(&world.tell(estimate("cpus:2"))), [""; 0]);
    assert_eq!(sent(&world.tell(Command::RepeatEstimate)), ["cpus{REV}:2"]);
    assert_eq!(sent(&world.tell(estimate(""))), [""]);
    assert_eq!(sent(&world.tell(Command::RepeatEstimate)), [""; 0]);
}

#[test]
fn what_is_used_is_there_whatever_the_estimate() {
    let mut world = World::new();
    world.run("t", "^cpus:1.5", None);
    world.run("u", "cpus:4", None);
    world.tell(estimate("cpus:1"));
    assert_eq!(world.oversubscribed(), "cpus{REV}:1.5");
    world.tell(estimate("cpus:3"));
    assert_eq!(world.oversubscribed(), "cpus{REV}:3");
}

#[test]
fn a_preempted_task_is_killed_at_once_and_gone() {
    let mut world = World::new();
    let container_id = world.run("t", "^cpus:1", None);
    let effects = world.tell(Command::Preempt(vec![Owner::Task(key("t"))]));
    let kill = Effect::Kill {
        container_id: container_id.clone(),
        grace_ms: 0,
    };
    assert!(effects.contains(&kill), "{effects:?}");
    assert_eq!(world.tell(Command::Preempt(vec![Owner::Task(key("t"))])), []);
    let bytes = minicbor::to_vec(world.driver.state()).unwrap();
    let mut replayed = Agent::default();
    world.journal.iter().for_each(|(at, event)| replayed.apply(*at, event));
    assert_eq!(minicbor::decode::<Agent>(&bytes).unwrap(), replayed);
    world.tell(Command::ContainerExited(container_id, Exit::Signal(9)));
    let last = world.last("t");
    assert_eq!((last.state, last.source), (TaskState::Gone, Source::Agent));
    assert_eq!(last.reason, Some(Reason::ContainerPreempted));
}

#[test]
fn nobody_with_sure_resources_is_preempted() {
    let mut world = World::new();
    world.run("t", "cpus:1", None);
    let owners = vec![
        Owner::Task(key("t")),
        Owner::Task(key("nobody")),
        Owner::Executor(executor()),
    ];
    assert_eq!(world.tell(Command::Preempt(owners)), []);
}

#[test]
fn an_executor_is_preempted_with_all_of_its_tasks() {
    let mut world = World::new();
    world.run("t", "^cpus:1", Some(ExecutorKind::Custom));
    let container = world.run("u", "mem:16", Some(ExecutorKind::Custom));
    world.tell(Command::Preempt(vec![Owner::Executor(executor())]));
    world.tell(Command::ContainerExited(container, Exit::Signal(9)));
    for task in ["t", "u"] {
        let last = world.last(task);
        assert_eq!(
            (last.state, last.reason),
            (TaskState::Gone, Some(Reason::ContainerPreempted))
        );
    }
}

#[test]
fn an_executor_of_the_agents_own_ends_with_the_containers_of_its_tasks() {
    let mut world = World::new();
    let first = world.run("t", "^cpus:1", Some(ExecutorKind::Default));
    let second = world.run("u", "mem:16", Some(ExecutorKind::Default));
    world.tell(Command::Preempt(vec![Owner::Executor(executor())]));
    for container in [first, second] {
        world.tell(Command::ContainerExited(container, Exit::Signal(9)));
    }
    for task in ["t", "u"] {
        assert_eq!(world.last(task).reason, Some(Reason::ContainerPreempted));
        assert_eq!(world.driver.state().task(&key(task)).unwrap().phase, Phase::Ended);
    }
    assert!(world.driver.state().executor(&executor()).is_none());
}

fn used(task: &str, allocated: &str, cpus: Option<f64>) -> Used {
    Used {
        owner: Owner::Task(key(task)),
        allocated: resources(allocated),
        cpus,
    }
}

fn usage(load: [f64; 3], used: Vec<Used>) -> Usage {
    Usage { load, used }
}

#[test]
fn the_fixed_estimate_is_fixed() {
    let fixed = Fixed(resources("cpus:14"));
    assert_eq!(fixed.estimate(&Usage::default()), resources("cpus:14"));
}

#[test]
fn the_slack_is_what_sure_owners_leave_idle() {
    let slack = Slack { headroom: 0.1 };
    let all = vec![
        used("idle", "cpus:4;mem:512", Some(0.35)),
        used("busy", "cpus:2", Some(1.9)),
        used("new", "cpus:8", None),
        used("beyond", "^cpus:8", Some(0.0)),
    ];
    assert_eq!(slack.estimate(&usage([0.0; 3], all)).to_string(), "cpus:3.2");
    let none = usage([0.0; 3], vec![used("busy", "cpus:2", Some(2.5))]);
    assert!(slack.estimate(&none).is_empty());
}

#[test]
fn a_load_above_a_threshold_preempts_the_revocable() {
    let all = vec![used("t", "^cpus:1", None), used("u", "cpus:1", None)];
    let victims = |load: [f64; 3], five, fifteen| Load { five, fifteen }.corrections(&usage(load, all.clone()));
    let everybody = [Owner::Task(key("t"))];
    assert_eq!(victims([9.0, 6.1, 1.0], Some(6.0), None), everybody);
    assert_eq!(victims([0.0, 1.0, 4.5], Some(6.0), Some(4.0)), everybody);
    assert_eq!(victims([9.0, 6.0, 4.0], Some(6.0), Some(4.0)), []);
    assert_eq!(victims([9.0, 9.0, 9.0], None, None), []);
}
