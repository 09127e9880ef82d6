//! Why an app waits.

use core_apps::Command;
use core_placement::Reason;
use model_app::AppSpec;
use model_cluster::TaskState;
use model_resources::Scalar;

use crate::world::{Tasks, World, app, gated, id};

fn explain(world: &World, name: &str) -> core_apps::Explanation {
    world.state().explain(&world.pool(), world.now, &id(name), 10).unwrap()
}

#[test]
fn no_room_is_said_by_filter_with_what_helps() {
    let mut world = World::new();
    world.put(AppSpec {
        cpus: Scalar::from_units(5),
        ..app("/big", 5)
    });
    world.run();
    let why = explain(&world, "/big");
    assert_eq!((why.counts.running, why.pending.len(), why.wanted), (3, 2, 5));
    assert_eq!(why.placement.as_ref().unwrap().count(Reason::Cpus), 3);
    assert_eq!(why.pending[0].reason, "no agent takes it: 3 agents considered: 3 cpus");
    assert_eq!(
        why.reasons[0],
        "2 instances have no place: 3 agents considered: 3 cpus."
    );
    assert_eq!(
        why.reasons[1],
        "Cpus 5 is asked for, the most of 3 agents is 3: ask for less, free some or add agents."
    );
    assert!(why.reasons[2].starts_with("Deployment "), "{:?}", why.reasons);
    let queue = world.state().queue(world.now);
    let refused = queue[0].refused.unwrap();
    assert_eq!((queue[0].count, refused.refusal.unplaced, refused.holds), (2, 2, true));
}

#[test]
fn never_is_said_too() {
    let mut world = World::new();
    world.put(AppSpec {
        cpus: Scalar::from_units(9),
        ..app("/huge", 1)
    });
    world.run();
    let reasons = explain(&world, "/huge").reasons;
    assert_eq!(
        reasons[1],
        "Not even an empty agent could take it: cpus 9 is asked for, the most of 3 agents is 8."
    );
}

#[test]
fn a_delay_is_said_with_its_cause() {
    let mut world = World::new();
    world.mode = Tasks::Crash;
    world.put(app("/web", 1));
    world.run();
    let why = explain(&world, "/web");
    assert_eq!(why.delay_left.map(|d| d.as_secs()), Some(1));
    assert_eq!(why.pending[0].reason, "launches wait 1 s after failures");
    assert_eq!(
        why.reasons[0],
        "Tasks fail (last: TASK_FAILED): launches wait 1 s more."
    );
}

#[test]
fn health_and_deployment_are_said() {
    let mut world = World::waiting();
    world.put(gated("/web", 1));
    world.run();
    let task = world.tasks_of("/web").remove(0);
    assert_eq!(
        explain(&world, "/web").pending[0].reason,
        "its launch is on the way to its agent"
    );
    world.set(&task, TaskState::Running, None);
    let why = explain(&world, "/web");
    assert_eq!(why.pending[0].reason, "its health check has not succeeded yet");
    let position = why.deployment.unwrap();
    assert_eq!(
        (position.step, position.steps, position.action.unwrap().name()),
        (2, 2, "ScaleApplication")
    );
    world.start(&task);
    assert!(explain(&world, "/web").reasons.is_empty());
}

#[test]
fn a_waiting_app_is_placed_again_when_the_pool_changes_and_from_time_to_time() {
    let mut world = World::new();
    let agents = std::mem::take(&mut world.agents);
    world.put(app("/web", 1));
    world.run();
    assert_eq!(world.counts("/web").scheduled, 1);
    assert!(world.effects.is_empty(), "it does not ask again and again");
    world.agents = agents.clone();
    world.submit(Command::PoolChanged).unwrap();
    world.run();
    assert_eq!(world.counts("/web").running, 1);
    world.agents.clear();
    world.put(app("/other", 1));
    world.run();
    world.agents = agents;
    world.pass(core_apps::Config::default().placement_retry);
    assert_eq!(world.counts("/other").running, 1);
}
