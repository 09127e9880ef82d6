//! Revocable resources on an agent: what is told of them, and how their users are killed.

use base_ids::ContainerId;
use core_agent::{Command, Effect, Estimator, Exit, Fixed, Load, Owner, Phase, QosController, Slack, Usage, Used};
use model_cluster::{ExecutorKind, Reason, Source, TaskSpec, TaskState};
use wire_link::RunTask;

use crate::world::{World, executor, executor_spec, key, order, resources, task_spec};

impl World {
    fn obey(&mut self, command: Command) -> Vec<Effect> {
        self.tell(command).unwrap()
    }

    fn run(&mut self, task_id: &str, uses: &str, kind: Option<ExecutorKind>) -> ContainerId {
        let task = TaskSpec {
            kill_grace_ms: Some(60_000),
            ..task_spec(task_id, uses, kind.map(|kind| executor_spec(kind, "mem:32")))
        };
        self.obey(Command::RunTask(RunTask {
            killing: true,
            ..order(task)
        }));
        let container = match kind {
            Some(ExecutorKind::Custom) => self.driver.state().executor(&executor()).unwrap().container_id.clone(),
            _ => self.driver.state().task(&key(task_id)).unwrap().container_id.clone(),
        };
        self.obey(Command::ContainerStarted(container.clone()));
        container
    }

    fn oversubscribed(&self) -> String {
        self.driver.state().oversubscribed().to_string()
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
    assert_eq!(sent(&world.obey(estimate(""))), [""; 0]);
    assert_eq!(sent(&world.obey(estimate("cpus:2"))), ["cpus{REV}:2"]);
    assert_eq!(sent(&world.obey(estimate("cpus:2"))), [""; 0]);
    assert_eq!(sent(&world.obey(Command::RepeatEstimate)), ["cpus{REV}:2"]);
    assert_eq!(sent(&world.obey(estimate(""))), [""]);
    assert_eq!(sent(&world.obey(Command::RepeatEstimate)), [""; 0]);
}

#[test]
fn what_is_used_is_there_whatever_the_estimate() {
    let mut world = World::new();
    world.run("t", "^cpus:1.5", None);
    world.run("u", "cpus:4", None);
    world.obey(estimate("cpus:1"));
    assert_eq!(world.oversubscribed(), "cpus{REV}:1.5");
    world.obey(estimate("cpus:3"));
    assert_eq!(world.oversubscribed(), "cpus{REV}:3");
}

#[test]
fn a_preempted_task_is_killed_at_once_and_gone() {
    let mut world = World::new();
    let container_id = world.run("t", "^cpus:1", None);
    let effects = world.obey(Command::Preempt(vec![Owner::Task(key("t"))]));
    let kill = Effect::Kill {
        container_id: container_id.clone(),
        grace_ms: 0,
    };
    assert!(effects.contains(&kill), "{effects:?}");
    assert_eq!(world.obey(Command::Preempt(vec![Owner::Task(key("t"))])), []);
    world.restart();
    world.obey(Command::ContainerExited(container_id, Exit::Signal(9)));
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
    assert_eq!(world.obey(Command::Preempt(owners)), []);
}

#[test]
fn an_executor_is_preempted_with_all_of_its_tasks() {
    let mut world = World::new();
    world.run("t", "^cpus:1", Some(ExecutorKind::Custom));
    let container = world.run("u", "mem:16", Some(ExecutorKind::Custom));
    world.obey(Command::Preempt(vec![Owner::Executor(executor())]));
    world.obey(Command::ContainerExited(container, Exit::Signal(9)));
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
    world.obey(Command::Preempt(vec![Owner::Executor(executor())]));
    for container in [first, second] {
        world.obey(Command::ContainerExited(container, Exit::Signal(9)));
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
