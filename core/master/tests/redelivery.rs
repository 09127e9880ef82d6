//! Many statuses that nobody acknowledges, due at one moment.

mod support;

use std::time::Duration;

use base_ids::{AgentId, FrameworkId, Uuid};
use core_master::{Command, Digest, Effect, Face, JoinAgent, Launch, Master, Proof, Subscribe};
use model_cluster::{Source, TaskState, TaskStatus};
use support::{TOKEN, World, framework, hello, task};
use wire_link::Update;

const TASKS: u128 = 2500;
const MOST_AT_ONCE: usize = 1000;

/// A framework and its running tasks, of which it was told and has acknowledged nothing.
fn world() -> World {
    let mut world = World::with(Master::default(), |_| ());
    world.wait(Duration::ZERO);
    let (agent_id, framework_id) = (AgentId::from("C-S0"), FrameworkId::from("f"));
    let mut submit = |command| drop(world.submit(command).unwrap());
    submit(Command::JoinAgent(JoinAgent {
        hello: hello("mem:1000000"),
        proof: Proof::JoinToken(TOKEN),
        new_credential: Some(Digest([9; 32])),
        connection: 1,
    }));
    submit(Command::AgentReport {
        agent_id: agent_id.clone(),
        tasks: Vec::new(),
    });
    submit(Command::Subscribe(Subscribe {
        framework_id: Some(framework_id.clone()),
        spec: framework(&["*"], true, 0),
        face: Face::Watch,
        force: false,
        connection: 1,
    }));
    let launch = |n| Launch {
        agent_id: agent_id.clone(),
        role: None,
        task: task(&format!("t{n}"), "mem:1"),
    };
    submit(Command::Commit {
        framework_id: framework_id.clone(),
        launches: (0..TASKS).map(launch).collect(),
    });
    let now = world.now;
    for n in 0..TASKS {
        let mut status = TaskStatus::new(format!("t{n}").into(), TaskState::Running, Source::Agent, now);
        status.uuid = Some(Uuid::from_random(n << 80));
        let update = Update {
            framework_id: framework_id.clone(),
            status,
        };
        let agent_id = agent_id.clone();
        world.submit(Command::AgentUpdate { agent_id, update }).unwrap();
    }
    world
}

#[test]
fn a_flood_is_told_in_parts_and_only_once() {
    let mut world = world();
    world.now = world.now + Duration::from_secs(10);
    let mut told = 0;
    while world.driver.deadline().is_some_and(|due| due <= world.now) {
        let (_, effects) = world.submit(Command::Tick).unwrap();
        let part = effects.iter().filter(|effect| matches!(effect, Effect::Deliver { .. }));
        let part = part.count();
        assert!((1..=MOST_AT_ONCE).contains(&part), "{part} in one tick");
        told += part as u128;
    }
    assert_eq!(told, TASKS);
    assert_eq!(world.driver.state().check_all(), Ok(()));
}
