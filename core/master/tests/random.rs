//! Random commands: the invariants hold after each, the index is what the state says, and a replay gives the same state.

mod commands;
mod executor;
mod operation;
mod support;

use std::{collections::BTreeSet, time::Duration};

use base_ids::{AgentId, FrameworkId, TaskId, Uuid};
use commands::command;
use core_machine::{Machine, Random};
use core_master::{Command, Effect, Event, Master, Task};
use proptest::prelude::*;
use support::World;

fn check(world: &World) -> Result<(), TestCaseError> {
    let driver = &world.driver;
    prop_assert_eq!(driver.state().check_all(), Ok(()));
    prop_assert!(
        driver.index().agrees_with(&driver.state().index(driver.config())),
        "the index drifted"
    );
    Ok(())
}

/// The state after the journal, and after its snapshot, is the state.
fn check_replay(world: &World) -> Result<(), TestCaseError> {
    let bytes = minicbor::to_vec(world.driver.state()).unwrap();
    let mut replayed = Master::default();
    for (at, event) in &world.journal {
        let coded = minicbor::to_vec(event).unwrap();
        let event = minicbor::decode(&coded).unwrap();
        replayed.apply(*at, &event);
    }
    prop_assert!(minicbor::to_vec(&replayed).unwrap() == bytes, "a replay differs");
    let decoded: Master = minicbor::decode(&bytes).unwrap();
    prop_assert_eq!(decoded.check_all(), Ok(()));
    prop_assert!(minicbor::to_vec(&decoded).unwrap() == bytes, "a snapshot differs");
    for (what, copy) in [("a replay", &replayed), ("a snapshot", &decoded)] {
        let state = world.driver.state();
        prop_assert!(copy.agents().eq(state.agents()), "the agents after {what} differ");
        prop_assert!(
            copy.frameworks().eq(state.frameworks()),
            "the frameworks after {what} differ"
        );
        prop_assert!(copy.tasks().eq(state.tasks()), "the tasks after {what} differ");
        prop_assert!(
            copy.operations().eq(state.operations()),
            "the operations after {what} differ"
        );
        prop_assert!(
            copy.completed_frameworks() == state.completed_frameworks(),
            "the history after {what} differs"
        );
    }
    Ok(())
}

fn run(seeds: impl IntoIterator<Item = u64>) -> Result<World, TestCaseError> {
    let expiring = |state| {
        World::with(state, |config| {
            config.offer_timeout = Some(Duration::from_secs(25));
            config.removal_interval = Some(Duration::from_secs(10));
            config.recovery_removal_limit = 0.5;
            config.registry_gc_interval = Duration::from_secs(60);
            config.registry_max_agent_age = Duration::from_secs(300);
        })
    };
    let mut world = expiring(Master::default());
    for seed in seeds {
        match seed % 40 {
            0 => {
                check_replay(&world)?;
                let (now, journal) = (world.now, std::mem::take(&mut world.journal));
                let bytes = minicbor::to_vec(world.driver.state()).unwrap();
                let kinds = std::mem::take(&mut world.kinds);
                world = expiring(minicbor::decode(&bytes).unwrap());
                (world.now, world.journal, world.kinds) = (now, journal, kinds);
            }
            1..=4 => drop(world.wait(Duration::from_secs(seed / 40 % 20))),
            6 => world.now = world.now + Duration::from_secs(seed / 40 % 200),
            5 => drop(world.wait(Duration::from_secs(seed / 40 % 100))),
            _ => {
                if let Some(command) = command(&world, Random::seeded(seed)) {
                    drop(world.submit(command));
                }
            }
        }
        check(&world)?;
    }
    check_replay(&world)?;
    Ok(world)
}

/// Each status that a connected framework must acknowledge next.
fn awaited(state: &Master) -> Vec<(FrameworkId, TaskId, Uuid)> {
    let of_task = |(_, task): (u32, &Task)| {
        let framework_id = state.framework_at(task.framework)?.framework_id.clone();
        state.framework_connection(&framework_id)?;
        Some((
            framework_id,
            task.spec.task_id.clone(),
            task.unacknowledged.first()?.uuid?,
        ))
    };
    state.tasks().filter_map(of_task).collect()
}

/// While nobody acknowledges, each is delivered again in any ten minutes, but ever more rarely; once all are acknowledged,
/// none is.
fn check_redelivery(world: &mut World) -> Result<(), TestCaseError> {
    let awaited_before = awaited(world.driver.state());
    let (_, effects) = world.wait(Duration::from_secs(600));
    check(world)?;
    for (framework_id, task_id, uuid) in awaited_before {
        let delivered = effects.iter().filter(|effect| {
            matches!(effect, Effect::Deliver { framework_id: to, status, .. }
                if *to == framework_id && status.task_id == task_id && status.uuid == Some(uuid))
        });
        let times = delivered.count();
        prop_assert!(
            (1..=6).contains(&times),
            "{framework_id} gets {uuid} of {task_id} {times} times"
        );
    }
    loop {
        let awaited = awaited(world.driver.state());
        if awaited.is_empty() {
            break;
        }
        for (framework_id, task_id, uuid) in awaited {
            let agent_id = AgentId::from("C-S0");
            drop(world.submit(Command::Acknowledge {
                framework_id,
                agent_id,
                task_id,
                uuid,
            }));
        }
    }
    check(world)?;
    let (events, _) = world.wait(Duration::from_secs(9));
    let repeated = events
        .iter()
        .filter(|event| matches!(event, Event::DeliveryRepeated { .. }));
    prop_assert_eq!(repeated.count(), 0);
    Ok(())
}

#[test]
fn every_kind_of_fact_occurs() {
    let mut kinds = BTreeSet::new();
    for seed in 0..1000 {
        let mut random = Random::seeded(seed);
        kinds.extend(run((0..300).map(|_| random.next_u64())).unwrap().kinds);
    }
    let missing: Vec<u32> = (0..17)
        .chain(20..24)
        .chain(30..32)
        .chain(40..49)
        .chain(50_000..50_003)
        .chain(64..85)
        .chain(120..124)
        .chain(140_000..140_003)
        .chain(143_000..143_003)
        .chain([150, 170])
        .filter(|kind| !kinds.contains(kind))
        .collect();
    assert_eq!(missing, [] as [u32; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks(seeds in prop::collection::vec(any::<u64>(), 1..150)) {
        run(seeds)?;
    }

    #[test]
    fn what_is_not_acknowledged_comes_again(seeds in prop::collection::vec(any::<u64>(), 1..150)) {
        check_redelivery(&mut run(seeds)?)?;
    }
}
