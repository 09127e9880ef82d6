//! The scheduler dies after every single decision, and the outcome is the same.

use base_clock::Timestamp;
use core_apps::{Command, Effect};

use crate::{
    upgrade::version,
    world::{Tasks, World},
};

fn upgraded(crash_at: Option<usize>, capacity: (f64, f64)) -> World {
    let mut world = World::new();
    world.replays = false;
    world.crash_at = crash_at;
    world.put(version("/web", "v1", capacity, 3));
    world.run();
    world.put_force(version("/web", "v2", capacity, 3));
    world.run();
    world
}

#[test]
fn at_every_step() {
    for capacity in [(1.0, 1.0), (1.0, 0.0), (0.5, 0.0), (0.0, 0.0)] {
        let decisions = upgraded(None, capacity).decisions;
        for crash_at in 1..decisions {
            let mut world = upgraded(Some(crash_at), capacity);
            world.pass(std::time::Duration::from_secs(1));
            world.verify();
            assert!(
                world.is_quiet(),
                "crashed at {crash_at} of {decisions} with {capacity:?}"
            );
            let counts = world.counts("/web");
            assert_eq!(
                (counts.ready, counts.outdated, world.tasks.len()),
                (3, 0, 3),
                "crashed at {crash_at}"
            );
            assert!(world.strangers().is_empty());
        }
    }
}

#[test]
fn restored_health_is_unknown_and_kills_nobody() {
    let mut world = World::new();
    world.put(version("/web", "v1", (0.5, 0.0), 4));
    world.run();
    world.mode = Tasks::Wait;
    let tasks: Vec<_> = std::mem::take(&mut world.tasks).into_iter().collect();
    world.crash();
    world.tasks.extend(tasks);
    assert_eq!((world.counts("/web").running, world.counts("/web").healthy), (4, 0));
    world.put(version("/web", "v2", (0.5, 0.0), 4));
    world.run();
    assert!(world.killing("/web").is_empty(), "nobody is known to be healthy");
    for task in world.tasks_of("/web") {
        world.report(&task);
    }
    world.run();
    assert_eq!(world.killing("/web").len(), 2, "as many as the floor allows");
}

/// The clock of the agent that saw the health is ahead of the one that the pool's answer was made by.
#[test]
fn health_is_heard_whatever_the_clocks_say() {
    let mut world = World::new();
    world.put(version("/web", "v1", (1.0, 1.0), 1));
    world.run();
    let task = world.tasks_of("/web").pop().unwrap();
    let mut answer = world.history.last().unwrap().clone();
    let tasks = std::mem::take(&mut world.tasks);
    world.crash();
    world.tasks.extend(tasks);
    assert_eq!(world.counts("/web").healthy, 0, "restored health is unknown");
    answer.at = Timestamp::EPOCH;
    for (healthy, expected) in [(true, 1), (false, 0), (true, 1)] {
        answer.healthy = Some(healthy);
        let status = std::sync::Arc::new(answer.clone());
        assert_eq!(status.task_id, task);
        world.submit(Command::TaskUpdated { status }).unwrap();
        assert_eq!(world.counts("/web").healthy, expected);
    }
}

#[test]
fn orders_that_nobody_heard_are_given_again() {
    let mut world = World::waiting();
    world.put(version("/web", "v1", (1.0, 0.0), 2));
    world.run();
    let ordered: Vec<_> = world.tasks_of("/web");
    world.put_force(version("/web", "v2", (0.0, 0.0), 2));
    let lost: Vec<Effect> = world.effects.drain(..).collect();
    let kills = |effects: &[Effect]| {
        let killed = effects.iter().filter_map(|effect| match effect {
            Effect::Kill { task_id, .. } => Some(task_id.clone()),
            _ => None,
        });
        killed.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(kills(&lost), ordered.into_iter().collect());
    world.submit(Command::Resume).unwrap();
    let again: Vec<Effect> = world.effects.drain(..).collect();
    assert_eq!(kills(&again), kills(&lost));
}
