//! Failures, back-off, health and lost agents.

use std::time::Duration;

use core_apps::{Command, Condition, Effect};
use model_app::{AppSpec, Backoff, HealthCheck, HealthProtocol, Unreachable};
use model_cluster::{Reason, Source, TaskState, TaskStatus};

use crate::world::{Tasks, World, app, gated, id};

fn running(spec: AppSpec) -> World {
    let mut world = World::new();
    world.put(spec);
    world.run();
    world.mode = Tasks::Wait;
    world
}

#[test]
fn a_failed_instance_is_replaced_after_a_delay() {
    let mut world = running(app("/web", 2));
    let task = world.tasks_of("/web").remove(0);
    world.end(&task, TaskState::Failed);
    world.run();
    assert_eq!(world.tasks.len(), 1, "launches wait");
    assert_eq!(world.driver.deadline(), Some(world.now + Duration::from_secs(1)));
    world.pass(Duration::from_millis(999));
    assert_eq!(world.tasks.len(), 1);
    world.pass(Duration::from_millis(1));
    assert_eq!(world.tasks.len(), 2);
    let failure = world.app("/web").last_failure().cloned().unwrap();
    assert_eq!((failure.task_id, failure.state), (task, TaskState::Failed));
}

#[test]
fn a_crash_loop_backs_off_up_to_the_maximum() {
    let mut world = World::new();
    world.mode = Tasks::Crash;
    let backoff = Backoff {
        seconds: 2,
        factor: 2.0,
        max_seconds: 60,
    };
    world.put(AppSpec {
        backoff,
        ..app("/web", 1)
    });
    let mut delays = Vec::new();
    for _ in 0..8 {
        world.run();
        let delay = world.app("/web").delay.unwrap();
        delays.push(delay.millis / 1000);
        world.pass(delay.until.since(world.now));
    }
    assert_eq!(delays, [2, 4, 8, 16, 32, 60, 60, 60]);
    assert!(world.app("/web").failures.len() >= 8);
}

#[test]
fn the_delay_ends_by_request_by_change_and_by_a_long_life() {
    let mut world = running(app("/web", 1));
    let fail = |world: &mut World| {
        let task = world.tasks_of("/web").remove(0);
        world.end(&task, TaskState::Failed);
        world.run();
    };
    fail(&mut world);
    world.submit(Command::ResetDelay { app: id("/web") }).unwrap();
    world.run();
    assert_eq!((world.tasks.len(), world.app("/web").delay), (1, None));
    fail(&mut world);
    world.put(AppSpec {
        user: Some("nobody".into()),
        ..app("/web", 1)
    });
    world.run();
    assert_eq!((world.tasks.len(), world.app("/web").delay), (1, None));
    fail(&mut world);
    world.pass(Duration::from_secs(1));
    world.pass(Duration::from_secs(301));
    fail(&mut world);
    assert_eq!(world.app("/web").delay.unwrap().millis, 1000, "it starts anew");
}

#[test]
fn killed_is_no_failure_and_finished_waits() {
    let mut world = running(app("/web", 2));
    let tasks = world.tasks_of("/web");
    world.end(&tasks[0], TaskState::Killed);
    world.run();
    assert_eq!(
        (
            world.tasks.len(),
            world.app("/web").delay,
            world.app("/web").last_failure()
        ),
        (2, None, None)
    );
    world.end(&tasks[1], TaskState::Finished);
    assert!(world.app("/web").delay.is_some() && world.app("/web").last_failure().is_none());
}

#[test]
fn an_unhealthy_instance_is_killed_and_replaced() {
    let mut world = running(gated("/web", 2));
    let task = world.tasks_of("/web").remove(0);
    world.set(&task, TaskState::Running, Some(false));
    world.run();
    assert_eq!(world.killing("/web"), std::slice::from_ref(&task));
    assert_eq!(world.tasks.len(), 3, "another one is started at once");
    let failure = world.app("/web").last_failure().unwrap();
    assert_eq!(
        (failure.state, failure.message.as_str()),
        (TaskState::Killed, "its health check failed too often")
    );
    world.end(&task, TaskState::Killed);
    assert_eq!(world.counts("/web").killing, 0);
}

#[test]
fn a_probe_that_fails_makes_unhealthy_but_only_enough_of_them_kill() {
    let mut world = running(gated("/web", 1));
    let task = world.tasks_of("/web").remove(0);
    world.failures = 2;
    world.set(&task, TaskState::Running, Some(false));
    world.run();
    assert_eq!((world.killing("/web").len(), world.counts("/web").unhealthy), (0, 1));
    world.failures = 3;
    world.set(&task, TaskState::Running, Some(false));
    world.run();
    assert_eq!(world.killing("/web"), [task]);
}

#[test]
fn whom_the_agent_or_nobody_kills_is_left_alone() {
    let check = |protocol, failures| HealthCheck {
        max_consecutive_failures: failures,
        ..HealthCheck::new(protocol)
    };
    for check in [check(HealthProtocol::MesosHttp, 3), check(HealthProtocol::Http, 0)] {
        let mut world = running(AppSpec {
            health_checks: vec![check],
            ..app("/web", 1)
        });
        let task = world.tasks_of("/web").remove(0);
        world.set(&task, TaskState::Running, Some(false));
        world.run();
        assert_eq!((world.killing("/web").len(), world.counts("/web").unhealthy), (0, 1));
    }
}

#[test]
fn an_unreachable_instance_is_replaced_at_once_by_default_and_killed_when_it_returns() {
    let mut world = running(app("/web", 2));
    let lost = world.tasks_of("/web").remove(0);
    world.set(&lost, TaskState::Unreachable, None);
    world.run();
    assert_eq!(world.tasks.len(), 3);
    assert_eq!(world.counts("/web").unreachable, 0, "it is given up");
    world.set(&lost, TaskState::Running, None);
    assert_eq!(world.state().orphans().collect::<Vec<_>>(), [&lost]);
    world.run();
    assert!(world.tasks[&lost].killing);
    world.end(&lost, TaskState::Killed);
    assert_eq!((world.state().orphans().count(), world.strangers().len()), (0, 0));
}

#[test]
fn unreachable_instances_wait_as_long_as_the_strategy_says() {
    let unreachable = Some(Unreachable {
        inactive_after_seconds: 60,
        expunge_after_seconds: 120,
    });
    let mut world = running(AppSpec {
        unreachable,
        ..app("/web", 1)
    });
    let lost = world.tasks_of("/web").remove(0);
    world.set(&lost, TaskState::Unreachable, None);
    world.pass(Duration::from_secs(59));
    assert_eq!(world.tasks.len(), 1);
    world.pass(Duration::from_secs(1));
    assert_eq!((world.tasks.len(), world.counts("/web").unreachable), (2, 1));
    world.set(&lost, TaskState::Running, None);
    world.run();
    let new = world.tasks_of("/web").into_iter().find(|t| *t != lost).unwrap();
    assert_eq!(
        world.killing("/web"),
        [new],
        "one too many: the younger, still staging, goes"
    );
    assert_eq!(world.counts("/web").running, 1);
}

#[test]
fn a_disabled_strategy_waits_for_ever() {
    let mut world = running(AppSpec {
        unreachable: None,
        ..app("/web", 1)
    });
    let lost = world.tasks_of("/web").remove(0);
    world.set(&lost, TaskState::Unreachable, None);
    world.pass(Duration::from_secs(1_000_000));
    assert_eq!((world.tasks.len(), world.counts("/web").unreachable), (1, 1));
    world.set(&lost, TaskState::Running, None);
    assert_eq!(world.counts("/web").running, 1);
}

#[test]
fn a_refused_launch_gets_a_new_task_id() {
    let mut world = World::waiting();
    world.put(app("/web", 1));
    let Some(Effect::Place { .. }) = world.effects.front() else {
        panic!("{:?}", world.effects)
    };
    world.run();
    let task = world.tasks_of("/web").remove(0);
    world.tasks.clear();
    world
        .submit(Command::LaunchesRefused {
            tasks: vec![(task.clone(), "no room".into())],
            hopeless: vec![],
            limited: vec![],
        })
        .unwrap();
    world.run();
    let next = world.tasks_of("/web").remove(0);
    assert!(
        task.as_str().ends_with("._app.1") && next.as_str().ends_with("._app.2"),
        "{task} {next}"
    );
    // The first launch happened after all.
    let status = TaskStatus::new(task.clone(), TaskState::Running, Source::Agent, world.now);
    world.submit(Command::TaskUpdated { status: status.into() }).unwrap();
    assert_eq!(world.state().orphans().collect::<Vec<_>>(), [&task]);
}

#[test]
fn old_news_change_nothing() {
    let mut world = running(app("/web", 1));
    let task = world.tasks_of("/web").remove(0);
    let before = minicbor::to_vec(world.state()).unwrap();
    for state in [
        TaskState::Staging,
        TaskState::Starting,
        TaskState::Running,
        TaskState::Unknown,
    ] {
        let status = TaskStatus::new(task.clone(), state, Source::Master, world.now);
        world.submit(Command::TaskUpdated { status: status.into() }).unwrap();
        assert_eq!(minicbor::to_vec(world.state()).unwrap(), before, "{state}");
    }
}

#[test]
fn what_killed_a_task_is_kept() {
    let mut world = running(app("/hog", 1));
    let task = world.tasks_of("/hog").remove(0);
    let status = TaskStatus::new(task, TaskState::Failed, Source::Agent, world.now).because(
        Reason::ContainerLimitationMemory,
        "Memory limit exceeded: 33 MiB of 32 MiB",
    );
    world.submit(Command::TaskUpdated { status: status.into() }).unwrap();
    let failure = world.app("/hog").last_failure().unwrap();
    assert_eq!(failure.message, "Memory limit exceeded: 33 MiB of 32 MiB");
    assert_eq!(failure.hostname, "host-a");
}

#[test]
fn a_task_killed_behind_our_back_is_replaced() {
    let mut world = running(app("/web", 1));
    let task = world.tasks_of("/web").remove(0);
    world.set(&task, TaskState::Killing, None);
    world.run();
    assert_eq!(world.tasks.len(), 2);
    let instance = world.state().instance_of_task(&task).unwrap();
    assert_eq!(instance.condition, Condition::Killing);
    world.end(&task, TaskState::Killed);
    assert_eq!(world.counts("/web").killing, 0);
}

#[test]
fn a_launch_for_which_the_role_may_have_no_more_waits_and_has_not_failed() {
    let mut world = World::waiting();
    world.put(app("/web", 1));
    world.run();
    let task = world.tasks_of("/web").remove(0);
    world.tasks.clear();
    let why = "quota limit of role 'a'";
    world
        .submit(Command::LaunchesRefused {
            tasks: vec![],
            hopeless: vec![],
            limited: vec![(task.clone(), why.into())],
        })
        .unwrap();
    world.run();
    assert_eq!(world.tasks_of("/web"), [], "nothing is placed until something changes");
    let app = world.state().app(&"/web".into()).unwrap();
    assert_eq!((app.delayed_until(world.now), app.last_failure()), (None, None));
    let explained = world
        .state()
        .explain(&world.pool(), world.now, &"/web".into(), 1)
        .unwrap();
    assert_eq!(explained.reasons[0], format!("The pool took no launch: {why}."));
    assert_eq!(
        explained.pending[0].reason,
        format!("its role may have no more now: {why}")
    );
    world.pass(Duration::from_secs(5));
    world.run();
    let again = world.tasks_of("/web");
    assert!(
        again.len() == 1 && again[0] != task,
        "it is tried again after a while: {again:?}"
    );
}

#[test]
fn a_launch_that_no_master_takes_backs_off() {
    let mut world = World::waiting();
    world.put(app("/web", 1));
    world.run();
    let task = world.tasks_of("/web").remove(0);
    world.tasks.clear();
    world
        .submit(Command::LaunchesRefused {
            tasks: vec![],
            hopeless: vec![(task.clone(), "its id is too long".into())],
            limited: vec![],
        })
        .unwrap();
    world.run();
    assert_eq!(world.tasks_of("/web"), [], "the next launch waits");
    let app = world.state().app(&"/web".into()).unwrap();
    assert!(app.delayed_until(world.now).is_some());
    let failure = app.last_failure().unwrap();
    assert_eq!(
        (failure.state, failure.message.as_str(), &failure.task_id),
        (TaskState::Error, "its id is too long", &task)
    );
    world.pass(Duration::from_secs(2));
    assert_eq!(world.tasks_of("/web").len(), 1, "and comes then");
}
