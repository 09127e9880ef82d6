//! Executors on an agent, by stories: commands in, facts and effects out.

use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{ContainerId, ExecutorId, FrameworkId, TaskId, Uuid};
use core_agent::{Command, Effect, Exit, Order, Phase, Reject};
use model_cluster::{ExecutorKind, ExecutorSpec, Reason, Source, TaskSpec, TaskState, TaskStatus};
use wire_link::{KillTask, ShutdownExecutor};

use crate::world::{World, executor, executor_spec, key, order, resources, task_spec};

impl World {
    /// Lets the next deadline come.
    fn wait(&mut self) -> Vec<Effect> {
        self.now = self.driver.deadline().expect("something is due");
        self.tell(Command::Tick).unwrap()
    }

    fn container(&self) -> ContainerId {
        let executor = self.driver.state().executor(&executor()).expect("it is there");
        executor.container_id.clone()
    }

    /// A task in an executor that has subscribed.
    fn running(&mut self, task: &str) {
        self.tell(run(task, ExecutorKind::Custom, &[])).unwrap();
        let id = self.container();
        self.tell(Command::ContainerStarted(id)).unwrap();
        self.tell(subscribe(1, Vec::new())).unwrap();
        self.update(task, TaskState::Running);
    }

    fn update(&mut self, task: &str, state: TaskState) -> Vec<Effect> {
        self.updates += 1;
        let status = status(task, state, self.updates);
        self.tell(Command::UpdateTask(executor(), status)).unwrap()
    }

    fn phase(&self, task: &str) -> Phase {
        self.driver.state().task(&key(task)).expect("it is there").phase
    }
}

fn run(task: &str, kind: ExecutorKind, group: &[&str]) -> Command {
    let executor = ExecutorSpec {
        shutdown_grace_ms: Some(2000),
        ..executor_spec(kind, "cpus:0.5;mem:64")
    };
    Command::RunTask(order(TaskSpec {
        group: group.iter().map(|task| TaskId::from(*task)).collect(),
        ..task_spec(task, "cpus:1;mem:32", Some(executor))
    }))
}

fn kill(task: &str) -> Command {
    Command::KillTask(KillTask {
        framework_id: FrameworkId::from("f"),
        task_id: TaskId::from(task),
        grace_ms: None,
        epoch: 1,
    })
}

fn shutdown() -> Command {
    Command::ShutdownExecutor(ShutdownExecutor {
        framework_id: FrameworkId::from("f"),
        executor_id: ExecutorId::from("e"),
        epoch: 1,
    })
}

fn subscribe(connection: u64, updates: Vec<TaskStatus>) -> Command {
    Command::SubscribeExecutor {
        key: executor(),
        connection,
        updates,
        pid: None,
    }
}

const PID: &str = "executor(1)@127.0.0.1:4000";

/// As [`subscribe`], by a native driver.
fn register(connection: u64) -> Command {
    Command::SubscribeExecutor {
        key: executor(),
        connection,
        updates: Vec::new(),
        pid: Some(PID.to_owned()),
    }
}

fn reconnect() -> Effect {
    Effect::Reconnect {
        executor: executor(),
        pid: PID.to_owned(),
    }
}

fn status(task: &str, state: TaskState, number: u128) -> TaskStatus {
    let mut status = TaskStatus::new(TaskId::from(task), state, Source::Executor, Timestamp::EPOCH);
    status.uuid = Some(Uuid::from_random(number << 80));
    status
}

fn orders(effects: &[Effect], connection: u64) -> Vec<Order> {
    let order = |effect: &Effect| match effect {
        Effect::Tell {
            connection: on, order, ..
        } if *on == connection => Some(order.clone()),
        _ => None,
    };
    effects.iter().filter_map(order).collect()
}

fn launch(tasks: &[&str]) -> Order {
    Order::Launch(tasks.iter().map(|task| TaskId::from(*task)).collect())
}

#[test]
fn tasks_wait_for_their_executor() {
    let mut world = World::new();
    let effects = world.tell(run("a", ExecutorKind::Custom, &[])).unwrap();
    assert_eq!(effects, [Effect::LaunchExecutor(executor())]);
    world.tell(run("b", ExecutorKind::Custom, &[])).unwrap();
    let id = world.container();
    let effects = world.tell(Command::ContainerStarted(id.clone())).unwrap();
    let resources = resources("cpus:2.5;mem:128");
    let size = Effect::Resize {
        container_id: id,
        resources,
    };
    assert!(effects.contains(&size), "{effects:?}");
    let effects = world.tell(subscribe(7, Vec::new())).unwrap();
    assert_eq!(orders(&effects, 7), [launch(&["a"]), launch(&["b"])]);
    let effects = world.update("a", TaskState::Running);
    let sent = effects.iter().find_map(|effect| match effect {
        Effect::Send(update) => update.status.executor_id.clone(),
        _ => None,
    });
    assert_eq!(sent, Some(ExecutorId::from("e")));
    world.update("b", TaskState::Finished);
    assert_eq!((world.phase("a"), world.phase("b")), (Phase::Running, Phase::Ended));
}

#[test]
fn what_was_heard_is_no_news() {
    let mut world = World::new();
    world.running("a");
    let again = status("a", TaskState::Running, 1);
    let effects = world.tell(Command::UpdateTask(executor(), again.clone())).unwrap();
    assert_eq!(effects, []);
    world.tell(Command::Acknowledge(key("a"), again.uuid.unwrap())).unwrap();
    assert_eq!(world.tell(Command::UpdateTask(executor(), again)).unwrap(), []);
    // Nor is what it says of a task that it was not given.
    assert_eq!(world.update("other", TaskState::Running), []);
}

#[test]
fn an_executor_comes_back_to_a_new_agent() {
    let mut world = World::new();
    world.running("a");
    world.tell(run("b", ExecutorKind::Custom, &[])).unwrap();
    world.restart();
    let id = world.container();
    world.tell(Command::ContainerStarted(id)).unwrap();
    // It was told of "b" or not; the edge leaves out what it has. What it said of "a" was lost on the way.
    let lost = status("a", TaskState::Finished, 99);
    let effects = world.tell(subscribe(2, vec![lost.clone(), lost])).unwrap();
    assert_eq!(orders(&effects, 2), [launch(&["b"])]);
    assert_eq!(world.last("a").state, TaskState::Finished);
    assert_eq!(world.driver.deadline(), None);
}

#[test]
fn an_executor_that_does_not_come_back_is_ended() {
    let mut world = World::new();
    world.running("a");
    world.restart();
    let id = world.container();
    world.tell(Command::ContainerStarted(id.clone())).unwrap();
    let effects = world.wait();
    let kill = Effect::Kill {
        container_id: id.clone(),
        grace_ms: 0,
    };
    assert!(effects.contains(&kill), "{effects:?}");
    let effects = world
        .tell(Command::ContainerExited(id.clone(), Exit::Signal(9)))
        .unwrap();
    assert!(effects.contains(&Effect::Destroy(id)));
    assert_eq!(world.last("a").reason, Some(Reason::ExecutorReregistrationTimeout));
}

#[test]
fn an_executor_that_never_subscribes_is_ended() {
    let mut world = World::new();
    world.tell(run("a", ExecutorKind::Custom, &[])).unwrap();
    let id = world.container();
    world.tell(Command::ContainerStarted(id.clone())).unwrap();
    world.wait();
    world.tell(Command::ContainerExited(id, Exit::Signal(9))).unwrap();
    let last = world.last("a");
    assert_eq!(
        (last.state, last.reason),
        (TaskState::Failed, Some(Reason::ExecutorRegistrationTimeout))
    );
}

#[test]
fn the_end_of_an_executor_is_told_once() {
    let mut world = World::new();
    world.running("a");
    let id = world.container();
    let effects = world.tell(Command::ContainerExited(id.clone(), Exit::Code(3))).unwrap();
    let exits: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SendExit(exit) => Some(exit.status),
            _ => None,
        })
        .collect();
    assert_eq!(exits, [3 << 8]);
    assert_eq!(world.last("a").reason, Some(Reason::ExecutorTerminated));
    assert_eq!(world.tell(Command::ContainerExited(id, Exit::Code(3))).unwrap(), []);
    assert_eq!(world.driver.state().executors().count(), 0);
    let late = world.tell(subscribe(9, Vec::new()));
    assert_eq!(late, Err(Reject::UnknownExecutor(executor())));
}

#[test]
fn a_task_that_no_executor_heard_of_ends_at_once() {
    let mut world = World::new();
    world.tell(run("a", ExecutorKind::Custom, &[])).unwrap();
    world.tell(kill("a")).unwrap();
    let last = world.last("a");
    assert_eq!(
        (last.state, last.reason),
        (TaskState::Killed, Some(Reason::TaskKilledDuringLaunch))
    );
    let known = world.driver.state().executor(&executor()).unwrap();
    assert!(known.is_ending(), "nobody needs it any more");
    // A task that comes now is too late.
    world.tell(run("b", ExecutorKind::Custom, &[])).unwrap();
    assert_eq!(world.last("b").reason, Some(Reason::ExecutorTerminated));
}

#[test]
fn a_kill_is_the_executors_to_carry_out() {
    let mut world = World::new();
    world.running("a");
    let effects = world.tell(kill("a")).unwrap();
    let order = Order::Kill {
        task_id: TaskId::from("a"),
        grace_ms: 500,
    };
    assert_eq!(orders(&effects, 1), [order]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Kill { .. })));
    world.update("a", TaskState::Killed);
    assert_eq!(world.phase("a"), Phase::Ended);
}

#[test]
fn a_shutdown_has_a_grace() {
    let mut world = World::new();
    world.running("a");
    let effects = world.tell(shutdown()).unwrap();
    assert_eq!(orders(&effects, 1), [Order::Shutdown]);
    let asked = world.now;
    assert_eq!(world.tell(shutdown()).unwrap(), []);
    assert_eq!(world.driver.deadline(), Some(asked + Duration::from_secs(2)));
    let effects = world.wait();
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Kill { grace_ms: 0, .. }))
    );
    let stale = Command::ShutdownExecutor(ShutdownExecutor {
        framework_id: FrameworkId::from("f"),
        executor_id: ExecutorId::from("e"),
        epoch: 0,
    });
    assert!(matches!(world.tell(stale), Err(Reject::StaleEpoch { .. })));
}

#[test]
fn an_older_stream_does_not_end_a_newer_one() {
    let mut world = World::new();
    world.running("a");
    world.tell(subscribe(2, Vec::new())).unwrap();
    let close = |connection| Command::CloseExecutor {
        key: executor(),
        connection,
    };
    world.tell(close(1)).unwrap();
    assert_eq!(world.driver.state().connection(&executor()), Some(2));
    world.tell(close(2)).unwrap();
    assert_eq!(world.driver.state().connection(&executor()), None);
}

#[test]
fn a_native_driver_is_asked_to_come_back() {
    let mut world = World::new();
    world.running("a");
    let effects = world.tell(register(2)).unwrap();
    assert!(!effects.contains(&reconnect()), "{effects:?}");
    let close = Command::CloseExecutor {
        key: executor(),
        connection: 2,
    };
    assert!(world.tell(close).unwrap().contains(&reconnect()));
    let closed = world.now;
    assert_eq!(world.driver.deadline(), Some(closed + Duration::from_secs(60)));
    world.tell(register(3)).unwrap();
    assert_eq!(world.driver.deadline(), None);

    world.restart();
    let id = world.driver.state().executor(&executor()).unwrap().container_id.clone();
    let effects = world.tell(Command::ContainerStarted(id)).unwrap();
    assert!(effects.contains(&reconnect()), "{effects:?}");
    // One that is ended by force is not asked any more.
    let effects = world.wait();
    assert!(!effects.contains(&reconnect()), "{effects:?}");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Kill { .. })));
}

#[test]
fn a_clean_up_ends_executors_and_groups_and_then_there_is_nothing() {
    let mut world = World::new();
    world.running("a");
    // One of a group that never becomes whole.
    world.tell(run("g1", ExecutorKind::Default, &["g1", "g2"])).unwrap();
    assert!(!world.driver.state().is_clean());
    let effects = world.tell(Command::CleanUp).unwrap();
    assert_eq!(orders(&effects, 1), [Order::Shutdown]);
    assert_eq!(world.last("g1").state, TaskState::Killed);
    assert_eq!(world.tell(Command::CleanUp).unwrap(), [], "said once");
    let id = world.driver.state().executor(&executor()).unwrap().container_id.clone();
    world.tell(Command::ContainerExited(id, Exit::Code(0))).unwrap();
    assert_eq!(world.last("a").reason, Some(Reason::ExecutorTerminated));
    assert!(world.driver.state().is_clean());
}

#[test]
fn an_executor_that_says_too_much_is_refused() {
    let mut world = World::new();
    world.running("a");
    let refused = (2..2000).find_map(|number| {
        let status = status("a", TaskState::Running, number);
        world.tell(Command::UpdateTask(executor(), status)).err()
    });
    let limit = 1000;
    assert_eq!(refused, Some(Reject::TooManyUpdates { key: key("a"), limit }));
}

#[test]
fn a_custom_executor_gets_its_group_at_once() {
    let mut world = World::new();
    world.running("a");
    let group = ["g1", "g2"];
    let effects = world.tell(run("g1", ExecutorKind::Custom, &group)).unwrap();
    assert_eq!(orders(&effects, 1), []);
    let effects = world.tell(run("g2", ExecutorKind::Custom, &group)).unwrap();
    // The same order for each of the two; the edge gives it once.
    assert_eq!(orders(&effects, 1), [launch(&group), launch(&group)]);
}

#[test]
fn a_group_starts_when_it_is_whole_and_fails_as_one() {
    let mut world = World::new();
    let group = ["g1", "g2"];
    let effects = world.tell(run("g1", ExecutorKind::Default, &group)).unwrap();
    assert_eq!(effects, []);
    let effects = world.tell(run("g2", ExecutorKind::Default, &group)).unwrap();
    for task in group {
        assert!(effects.contains(&Effect::Launch(key(task))), "{effects:?}");
        assert_eq!(world.last(task).state, TaskState::Starting);
        let id = world.driver.state().task(&key(task)).unwrap().container_id.clone();
        world.tell(Command::ContainerStarted(id)).unwrap();
    }
    let id = |world: &World, task: &str| world.driver.state().task(&key(task)).unwrap().container_id.clone();
    let (first, second) = (id(&world, "g1"), id(&world, "g2"));
    let effects = world.tell(Command::ContainerExited(first, Exit::Code(1))).unwrap();
    let kill = Effect::Kill {
        container_id: second.clone(),
        grace_ms: 500,
    };
    assert!(effects.contains(&kill), "{effects:?}");
    let effects = world.tell(Command::ContainerExited(second, Exit::Signal(15))).unwrap();
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::SendExit(exit) if exit.status == 0))
    );
    assert_eq!(world.last("g1").state, TaskState::Failed);
    assert_eq!(world.last("g2").state, TaskState::Killed);
    assert_eq!(world.driver.state().executors().count(), 0);
    world.restart();
}

#[test]
fn a_group_that_is_killed_before_it_is_whole_never_starts() {
    let mut world = World::new();
    let group = ["g1", "g2"];
    world.tell(run("g1", ExecutorKind::Default, &group)).unwrap();
    world.tell(kill("g1")).unwrap();
    assert_eq!(world.last("g1").reason, Some(Reason::TaskKilledDuringLaunch));
    let effects = world.tell(run("g2", ExecutorKind::Default, &group)).unwrap();
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Launch(_))),
        "{effects:?}"
    );
    assert_eq!(world.last("g2").state, TaskState::Killed);
    assert_eq!(world.driver.state().executors().count(), 0);
}

#[test]
fn a_shutdown_of_the_agents_own_executor_kills_its_tasks() {
    let mut world = World::new();
    world.tell(run("a", ExecutorKind::Default, &["a"])).unwrap();
    let id = world.driver.state().task(&key("a")).unwrap().container_id.clone();
    world.tell(Command::ContainerStarted(id.clone())).unwrap();
    let effects = world.tell(shutdown()).unwrap();
    let kill = Effect::Kill {
        container_id: id.clone(),
        grace_ms: 500,
    };
    assert!(effects.contains(&kill), "{effects:?}");
    world.tell(Command::ContainerExited(id, Exit::Signal(15))).unwrap();
    assert_eq!(world.driver.state().executors().count(), 0);
}
