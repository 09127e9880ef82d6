//! Rolling upgrades under all kinds of capacity.

use std::time::Duration;

use core_apps::{Command, Outcome};
use model_app::{AppSpec, Program, UpgradeStrategy};
use model_cluster::TaskState;

use crate::world::{World, gated};

pub fn version(name: &str, command: &str, capacity: (f64, f64), instances: u32) -> AppSpec {
    AppSpec {
        program: Some(Program::Shell(command.into())),
        upgrade: UpgradeStrategy {
            minimum_health_capacity: capacity.0,
            maximum_over_capacity: capacity.1,
        },
        ..gated(name, instances)
    }
}

fn at_v1(capacity: (f64, f64), instances: u32) -> World {
    let mut world = World::new();
    world.put(version("/web", "v1", capacity, instances));
    world.run();
    assert!(world.is_quiet());
    world.mode = crate::world::Tasks::Wait;
    world
}

/// Upgrades task by task and notes the most that ever ran and the fewest that were ever healthy.
fn upgrade(capacity: (f64, f64), instances: u32) -> (usize, u32) {
    let mut world = at_v1(capacity, instances);
    let (mut most, mut fewest) = (0, u32::MAX);
    world.put(version("/web", "v2", capacity, instances));
    for _ in 0..1000 {
        world.run();
        most = most.max(world.tasks.len());
        fewest = fewest.min(world.counts("/web").ready);
        if world.is_quiet() {
            assert_eq!(world.counts("/web").outdated, 0);
            assert_eq!(world.counts("/web").ready, instances);
            return (most, fewest);
        }
        let unborn = |task: &_| !world.tasks[task].killing && world.tasks[task].state == TaskState::Staging;
        let next = world.tasks_of("/web").into_iter().find(unborn);
        match (world.killing("/web").first().cloned(), next) {
            (Some(dying), _) => world.end(&dying, TaskState::Killed),
            (None, Some(new)) => world.start(&new),
            (None, None) => panic!("stuck"),
        }
    }
    panic!("never done");
}

#[test]
fn keeps_to_the_capacities() {
    for (capacity, instances, most, fewest) in [
        ((1.0, 1.0), 4, 8, 4),
        ((0.5, 0.0), 4, 4, 2),
        ((0.0, 0.0), 4, 4, 0),
        ((1.0, 0.0), 4, 5, 4),
        ((0.5, 0.5), 4, 6, 2),
        ((0.9, 0.1), 10, 11, 9),
        ((0.6, 0.0), 5, 5, 3),
        ((1.0, 1.0), 1, 2, 1),
        ((1.0, 0.0), 1, 2, 1),
    ] {
        assert_eq!(
            upgrade(capacity, instances),
            (most, fewest),
            "{capacity:?} of {instances}"
        );
    }
}

#[test]
fn unhealthy_old_instances_go_first_and_cost_nothing() {
    let mut world = at_v1((1.0, 0.0), 3);
    let sick = world.tasks_of("/web").remove(0);
    world.pass(Duration::from_secs(1));
    world.set(&sick, TaskState::Running, Some(false));
    world.run();
    assert_eq!(
        world.killing("/web"),
        std::slice::from_ref(&sick),
        "the health check kills it anyway"
    );
    world.end(&sick, TaskState::Killed);
    world.run();
    let replacement = world.tasks_of("/web").remove(2);
    world.set(&replacement, TaskState::Running, None);
    world.put(version("/web", "v2", (1.0, 0.0), 3));
    world.run();
    assert_eq!(world.killing("/web"), [replacement]);
}

#[test]
fn a_bad_version_keeps_the_old_one_running_and_fails() {
    let mut world = at_v1((1.0, 1.0), 2);
    let old = world.tasks_of("/web");
    let deployment = world.put(version("/web", "v2", (1.0, 1.0), 2));
    world.run();
    for task in world.tasks_of("/web").into_iter().filter(|t| !old.contains(t)) {
        world.set(&task, TaskState::Running, None);
    }
    world.pass(Duration::from_secs(599));
    assert!(!world.is_quiet());
    world.pass(Duration::from_secs(2));
    let (ended, outcome) = world.outcomes.last().cloned().unwrap();
    assert_eq!(ended, deployment);
    let Outcome::Failed { reason } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        reason,
        "no progress for 600 s in step 1: /web: 0 of 2 instances are ready"
    );
    assert_eq!(
        (world.app("/web").deployment.clone(), world.counts("/web").ready),
        (None, 2)
    );
    let killing = world.killing("/web");
    assert!(
        killing.len() == 2 && killing.iter().all(|t| !old.contains(t)),
        "the unproven ones are surplus"
    );
}

#[test]
fn progress_renews_the_deadline_and_a_crash_loop_does_not() {
    let mut world = at_v1((1.0, 0.0), 3);
    world.put(version("/web", "v2", (1.0, 0.0), 3));
    world.run();
    for _ in 0..2 {
        world.pass(Duration::from_secs(500));
        let new = world
            .tasks_of("/web")
            .into_iter()
            .find(|t| world.tasks[t].state == TaskState::Staging)
            .unwrap();
        world.start(&new);
        world.run();
        for task in world.killing("/web") {
            world.end(&task, TaskState::Killed);
        }
        world.run();
    }
    assert!(!world.is_quiet(), "1000 s are over, and yet it goes on");
    for _ in 0..100 {
        if world.is_quiet() {
            break;
        }
        let Some(new) = world
            .tasks_of("/web")
            .into_iter()
            .find(|t| world.tasks[t].state == TaskState::Staging)
        else {
            world.pass(Duration::from_secs(20));
            continue;
        };
        world.start(&new);
        world.end(&new, TaskState::Failed);
        world.pass(Duration::from_secs(20));
    }
    assert!(
        matches!(world.outcomes.last(), Some((_, Outcome::Failed { .. }))),
        "{:?}",
        world.outcomes
    );
}

#[test]
fn the_label_sets_the_deadline() {
    let labelled = |seconds: &str| {
        let mut spec = version("/web", "v2", (1.0, 1.0), 2);
        spec.labels.insert(model_app::DEADLINE_LABEL.into(), seconds.into());
        spec
    };
    let mut world = at_v1((1.0, 1.0), 2);
    world.put(labelled("30"));
    world.run();
    world.pass(Duration::from_secs(31));
    assert!(world.is_quiet());
    let mut world = at_v1((1.0, 1.0), 2);
    world.put(labelled("0"));
    world.run();
    world.pass(Duration::from_secs(1_000_000));
    assert!(!world.is_quiet(), "0 is for ever");
}

#[test]
fn a_rollback_keeps_what_still_runs_the_old_version() {
    let mut world = at_v1((0.5, 0.0), 4);
    let old = world.tasks_of("/web");
    let deployment = world.put(version("/web", "v2", (0.5, 0.0), 4));
    world.run();
    for task in world.killing("/web") {
        world.end(&task, TaskState::Killed);
    }
    world.run();
    assert_eq!(world.tasks.len(), 4);
    world
        .submit(Command::CancelDeployment {
            id: deployment.clone(),
            force: false,
        })
        .unwrap();
    world.mode = crate::world::Tasks::Obey;
    for task in world.killing("/web") {
        world.end(&task, TaskState::Killed);
    }
    world.run();
    assert!(world.is_quiet());
    assert_eq!(world.counts("/web").ready, 4);
    assert_eq!(world.tasks_of("/web").iter().filter(|t| old.contains(t)).count(), 2);
    assert_eq!(world.app("/web").spec().program, Some(Program::Shell("v1".into())));
    assert_eq!(world.app("/web").versions.len(), 3, "a new revision");
    assert!(matches!(&world.outcomes[1], (id, Outcome::Cancelled { by: Some(_) }) if *id == deployment));
}

#[test]
fn rolling_back_a_new_app_removes_it() {
    let mut world = World::waiting();
    let deployment = world.put(gated("/web", 2));
    world.run();
    world.mode = crate::world::Tasks::Obey;
    world
        .submit(Command::CancelDeployment {
            id: deployment,
            force: false,
        })
        .unwrap();
    world.run();
    assert!(world.state().apps().next().is_none() && world.tasks.is_empty() && world.is_quiet());
}

#[test]
fn rolling_back_a_deletion_brings_the_app_back() {
    let mut world = at_v1((1.0, 1.0), 2);
    let events = world
        .submit(Command::DeleteApps {
            ids: vec![crate::world::id("/web")],
            force: false,
        })
        .unwrap();
    world.run();
    let deletion = crate::world::started(&events).unwrap();
    let dying = world.killing("/web").remove(0);
    world.end(&dying, TaskState::Killed);
    world
        .submit(Command::CancelDeployment {
            id: deletion,
            force: false,
        })
        .unwrap();
    world.mode = crate::world::Tasks::Obey;
    for task in world.killing("/web") {
        world.end(&task, TaskState::Killed);
    }
    world.run();
    assert!(world.is_quiet() && !world.app("/web").doomed);
    assert_eq!(world.counts("/web").ready, 2);
}

#[test]
fn force_cancel_just_stops() {
    let mut world = at_v1((0.5, 0.0), 4);
    let deployment = world.put(version("/web", "v2", (0.5, 0.0), 4));
    world.run();
    world
        .submit(Command::CancelDeployment {
            id: deployment.clone(),
            force: true,
        })
        .unwrap();
    assert_eq!(
        world.outcomes.last(),
        Some(&(deployment, Outcome::Cancelled { by: None }))
    );
    assert_eq!(world.app("/web").spec().program, Some(Program::Shell("v2".into())));
    assert_eq!(world.app("/web").deployment, None);
}
