//! Whatever is asked and whatever happens: the invariants hold, the floor is kept, replay gives the same state, the codec
//! loses nothing, and once the pool behaves everything comes to rest.

use std::time::Duration;

use core_apps::{Command, PutMode};
use model_app::{AppSpec, Constraint, Program, Unreachable, UpgradeStrategy};
use model_cluster::TaskState;
use proptest::prelude::*;

use crate::world::{Tasks, World, app, gated, id};

#[derive(Clone, Debug)]
enum Step {
    Put {
        app: usize,
        instances: u32,
        command: u8,
        gated: bool,
        capacity: (f64, f64),
        shape: u8,
        force: bool,
    },
    Delete {
        app: usize,
        force: bool,
    },
    Restart {
        app: usize,
        force: bool,
    },
    Kill {
        app: usize,
        count: usize,
        scale: bool,
        force: bool,
    },
    Cancel {
        which: usize,
        force: bool,
    },
    Task {
        which: usize,
        state: TaskState,
        healthy: Option<bool>,
    },
    Effects {
        count: usize,
    },
    Pass {
        seconds: u64,
    },
    Mode(Tasks),
    Refuse {
        which: usize,
    },
    /// A status comes again, late and out of order.
    Echo {
        which: usize,
    },
    Crash,
}

const APPS: [&str; 3] = ["/a", "/b/c", "/b/d"];

fn capacity() -> impl Strategy<Value = (f64, f64)> {
    prop::sample::select(vec![
        (1.0, 1.0),
        (1.0, 0.0),
        (0.5, 0.0),
        (0.0, 0.0),
        (0.5, 0.5),
        (0.3, 0.2),
    ])
}

fn put() -> impl Strategy<Value = Step> {
    (
        0..3usize,
        0..7u32,
        0..3u8,
        any::<bool>(),
        capacity(),
        0..4u8,
        any::<bool>(),
    )
        .prop_map(|(app, instances, command, gated, capacity, shape, force)| Step::Put {
            app,
            instances,
            command,
            gated,
            capacity,
            shape,
            force,
        })
}

fn task() -> impl Strategy<Value = Step> {
    use TaskState::*;
    let states = vec![
        Starting,
        Running,
        Running,
        Running,
        Failed,
        Killed,
        Finished,
        Lost,
        Unreachable,
        Unreachable,
        Killing,
        Gone,
    ];
    let states = prop::sample::select(states);
    (any::<usize>(), states, prop::option::of(prop::bool::weighted(0.8)))
        .prop_map(|(which, state, healthy)| Step::Task { which, state, healthy })
}

fn step() -> impl Strategy<Value = Step> {
    let modes = prop::sample::select(vec![Tasks::Obey, Tasks::Wait, Tasks::Wait, Tasks::Crash]);
    prop_oneof![
        4 => put(),
        1 => (0..3usize, any::<bool>()).prop_map(|(app, force)| Step::Delete { app, force }),
        1 => (0..3usize, any::<bool>()).prop_map(|(app, force)| Step::Restart { app, force }),
        1 => (0..3usize, 1..4usize, any::<bool>(), any::<bool>())
            .prop_map(|(app, count, scale, force)| Step::Kill { app, count, scale, force }),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(which, force)| Step::Cancel { which, force }),
        10 => task(),
        8 => (1..8usize).prop_map(|count| Step::Effects { count }),
        3 => prop::sample::select(vec![1, 5, 60, 700]).prop_map(|seconds| Step::Pass { seconds }),
        1 => modes.prop_map(Step::Mode),
        1 => any::<usize>().prop_map(|which| Step::Refuse { which }),
        3 => any::<usize>().prop_map(|which| Step::Echo { which }),
        1 => Just(Step::Crash),
    ]
}

fn spec(name: &str, instances: u32, command: u8, is_gated: bool, capacity: (f64, f64), shape: u8) -> AppSpec {
    let base = if is_gated {
        gated(name, instances)
    } else {
        app(name, instances)
    };
    let unique = Constraint::parse(&["hostname".into(), "MAX_PER".into(), "2".into()]).unwrap();
    AppSpec {
        program: Some(Program::Shell(format!("v{command}"))),
        upgrade: UpgradeStrategy {
            minimum_health_capacity: capacity.0,
            maximum_over_capacity: capacity.1,
        },
        constraints: if shape == 1 { vec![unique] } else { Vec::new() },
        unreachable: match shape {
            2 => Some(Unreachable {
                inactive_after_seconds: 5,
                expunge_after_seconds: 60,
            }),
            3 => None,
            _ => Some(Unreachable::default()),
        },
        ..base
    }
}

fn take(world: &mut World, step: Step) {
    match step {
        Step::Put {
            app,
            instances,
            command,
            gated,
            capacity,
            shape,
            force,
        } => {
            let spec = spec(APPS[app], instances, command, gated, capacity, shape);
            submit(
                world,
                Command::PutApps {
                    specs: vec![spec],
                    mode: PutMode::Upsert,
                    force,
                },
            );
        }
        Step::Delete { app, force } => submit(
            world,
            Command::DeleteApps {
                ids: vec![id(APPS[app])],
                force,
            },
        ),
        Step::Restart { app, force } => submit(
            world,
            Command::RestartApps {
                ids: vec![id(APPS[app])],
                force,
            },
        ),
        Step::Kill {
            app,
            count,
            scale,
            force,
        } => {
            let instances = world
                .state()
                .instances(&id(APPS[app]))
                .take(count)
                .map(|i| i.uuid)
                .collect();
            submit(
                world,
                Command::KillInstances {
                    instances,
                    scale,
                    wipe: false,
                    force,
                },
            );
        }
        Step::Cancel { which, force } => {
            let ids: Vec<_> = world.state().deployments().into_iter().map(|d| d.id.clone()).collect();
            if let Some(id) = ids.get(which % ids.len().max(1)).cloned() {
                submit(world, Command::CancelDeployment { id, force });
            }
        }
        Step::Task { which, state, healthy } => {
            let tasks: Vec<_> = world.tasks.keys().cloned().collect();
            let Some(task) = tasks.get(which % tasks.len().max(1)) else {
                return;
            };
            let before = world.tasks[task].state;
            if before.rank() > state.rank() {
                return;
            }
            if state.is_terminal() {
                world.end(task, state);
            } else {
                world.set(task, state, healthy);
            }
        }
        Step::Effects { count } => world.run_some(count),
        Step::Pass { seconds } => {
            world.now = world.now + Duration::from_secs(seconds);
            submit(world, Command::Tick);
        }
        Step::Mode(mode) => world.mode = mode,
        Step::Refuse { which } => {
            let tasks: Vec<_> = world.state().all_instances().map(|i| i.task_id()).collect();
            if let Some(task) = tasks.get(which % tasks.len().max(1)).cloned()
                && !world.tasks.contains_key(&task)
            {
                submit(
                    world,
                    Command::LaunchesRefused {
                        tasks: vec![(task, "refused".into())],
                        hopeless: vec![],
                        limited: vec![],
                    },
                );
            }
        }
        Step::Echo { which } => {
            let Some(status) = world.history.get(which % world.history.len().max(1)).cloned() else {
                return;
            };
            // The pool never tells of a task on an unreachable agent what it knew before.
            let task = world.tasks.get(&status.task_id);
            if task.is_none_or(|task| task.state != TaskState::Unreachable) {
                submit(world, Command::TaskUpdated { status: status.into() });
            }
        }
        Step::Crash => world.crash(),
    }
}

/// Rejects are fine here; broken invariants panic inside.
fn submit(world: &mut World, command: Command) {
    drop(world.submit(command));
}

/// From now on tasks do as they are told.
fn calm_down(world: &mut World) {
    world.mode = Tasks::Obey;
    world.crash();
    for _ in 0..400 {
        world.run();
        for task in world.tasks.keys().cloned().collect::<Vec<_>>() {
            let known = world.tasks.get(&task).map(|t| (t.state, t.killing));
            match known {
                Some((TaskState::Killing, _) | (_, true)) => world.end(&task, TaskState::Killed),
                Some(_) => world.start(&task),
                None => {}
            }
        }
        world.run();
        if world.is_quiet()
            && world
                .state()
                .apps()
                .all(|app| app.counts().ready == app.spec().instances)
        {
            return;
        }
        world.pass(Duration::from_secs(10));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn holds_and_comes_to_rest(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        world.replays = false;
        for step in steps {
            take(&mut world, step);
            world.verify();
        }
        calm_down(&mut world);
        world.verify();
        prop_assert!(world.is_quiet(), "{:?}", world.state().deployments());
        prop_assert!(world.strangers().is_empty());
        for app in world.state().apps() {
            let counts = app.counts();
            // MAX_PER 2 on three agents leaves no room for a seventh.
            let wanted = app.spec().instances;
            prop_assert_eq!(counts.ready, wanted, "{:?}", counts);
            prop_assert_eq!(counts.running + counts.staged + counts.scheduled, wanted);
        }
    }
}
