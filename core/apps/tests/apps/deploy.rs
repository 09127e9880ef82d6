use core_apps::{ActionKind, Command, Event, Outcome, PutMode, Reject};
use model_app::{AppSpec, Constraint};
use model_cluster::TaskState;

use crate::world::{Tasks, World, app, gated, id};

#[test]
fn a_new_app_is_started_then_scaled() {
    let mut world = World::waiting();
    let deployment = world.put(app("/web", 2));
    let steps = &world.state().deployment(&deployment).unwrap().steps;
    let kinds: Vec<&str> = steps.iter().flatten().map(|a| a.kind.name()).collect();
    assert_eq!(kinds, ["StartApplication", "ScaleApplication"]);
    world.run();
    assert_eq!(world.counts("/web").staged, 2);
    for task in world.tasks_of("/web") {
        world.start(&task);
    }
    assert_eq!((world.counts("/web").running, world.is_quiet()), (2, true));
    assert_eq!(world.outcomes, [(deployment, Outcome::Succeeded)]);
}

#[test]
fn a_deployment_waits_for_health() {
    let mut world = World::waiting();
    world.put(gated("/web", 1));
    world.run();
    let task = world.tasks_of("/web").remove(0);
    world.set(&task, TaskState::Running, None);
    assert_eq!(
        (
            world.counts("/web").running,
            world.counts("/web").ready,
            world.is_quiet()
        ),
        (1, 0, false)
    );
    world.start(&task);
    assert_eq!((world.counts("/web").healthy, world.is_quiet()), (1, true));
}

#[test]
fn a_scaling_restarts_nothing() {
    let mut world = World::new();
    world.put(app("/web", 3));
    world.run();
    let before = world.tasks_of("/web");
    let config = world.app("/web").spec().config_version();
    world.pass(std::time::Duration::from_secs(1));
    world.put(app("/web", 5));
    world.run();
    assert_eq!(world.tasks_of("/web")[..3], before);
    world.put(app("/web", 3));
    world.run();
    assert_eq!(world.tasks_of("/web"), before, "the youngest go first");
    assert_eq!(world.app("/web").spec().config_version(), config);
    assert!(world.is_quiet());
}

#[test]
fn the_oldest_go_first_if_asked() {
    let oldest = |instances| AppSpec {
        kill_selection: model_app::KillSelection::OldestFirst,
        ..app("/web", instances)
    };
    let mut world = World::new();
    world.put(oldest(1));
    world.run();
    world.pass(std::time::Duration::from_secs(1));
    world.put(oldest(2));
    world.run();
    let young = world.tasks_of("/web").remove(1);
    world.put(oldest(1));
    world.run();
    assert_eq!(world.tasks_of("/web"), [young]);
}

#[test]
fn suspending_is_scaling_to_none() {
    let mut world = World::new();
    world.put(app("/web", 2));
    world.run();
    world.put(app("/web", 0));
    world.run();
    assert!(world.tasks.is_empty() && world.is_quiet());
}

#[test]
fn no_change_is_no_deployment() {
    let mut world = World::new();
    world.put(app("/web", 2));
    world.run();
    assert_eq!(world.try_put(app("/web", 2), false), Ok(None));
}

#[test]
fn deleting_waits_for_the_tasks() {
    let mut world = World::waiting();
    world.put(app("/web", 1));
    world.run();
    let task = world.tasks_of("/web").remove(0);
    world.start(&task);
    world
        .submit(Command::DeleteApps {
            ids: vec![id("/web")],
            force: false,
        })
        .unwrap();
    world.run();
    assert!(world.app("/web").doomed && world.killing("/web").len() == 1);
    world.end(&task, TaskState::Killed);
    assert!(world.state().app(&id("/web")).is_none() && world.is_quiet());
}

#[test]
fn restarting_replaces_everything() {
    let mut world = World::new();
    world.put(app("/web", 2));
    world.run();
    let before = world.tasks_of("/web");
    world
        .submit(Command::RestartApps {
            ids: vec![id("/web")],
            force: false,
        })
        .unwrap();
    world.run();
    assert!(world.is_quiet() && world.tasks_of("/web").iter().all(|task| !before.contains(task)));
    assert_eq!(world.app("/web").versions.len(), 2);
}

#[test]
fn apps_start_after_what_they_depend_on() {
    let mut world = World::waiting();
    let web = AppSpec {
        dependencies: [id("/db")].into(),
        ..app("/web", 1)
    };
    let specs = vec![web, app("/db/main", 1)];
    world
        .submit(Command::PutApps {
            specs,
            mode: PutMode::Create,
            force: false,
        })
        .unwrap();
    world.run();
    assert_eq!((world.tasks_of("/db/main").len(), world.tasks_of("/web").len()), (1, 0));
    let task = world.tasks_of("/db/main").remove(0);
    world.start(&task);
    world.run();
    assert_eq!(world.tasks_of("/web").len(), 1);
}

#[test]
fn service_ports_are_given_out_once_and_kept() {
    let mut world = World::new();
    world.put(app("/a", 1));
    world.put(app("/b", 1));
    world.run();
    let ports = |world: &World, name: &str| world.app(name).spec().service_ports();
    assert_eq!((ports(&world, "/a"), ports(&world, "/b")), (vec![10_000], vec![10_001]));
    assert_eq!(
        world.try_put(app("/b", 1), false),
        Ok(None),
        "0 again asks for the same port"
    );
}

#[test]
fn versions_are_bounded_and_ordered() {
    let mut world = World::new();
    world.replays = false;
    for n in 0..40 {
        world.put(app("/web", n % 2));
        world.run();
    }
    let versions: Vec<_> = world.app("/web").versions.iter().map(|spec| spec.version).collect();
    assert_eq!(versions.len(), core_apps::MAX_VERSIONS);
    assert!(versions.is_sorted_by(|a, b| a < b));
}

#[test]
fn killing_with_scale_lowers_the_count() {
    let mut world = World::new();
    world.put(app("/web", 3));
    world.run();
    let victim = world.state().instances(&id("/web")).next().unwrap().uuid;
    let kill = |scale| Command::KillInstances {
        instances: vec![victim],
        scale,
        wipe: false,
        force: false,
    };
    let events = world.submit(kill(true)).unwrap();
    let scale = events.iter().any(|event| match event {
        Event::DeploymentStarted { deployment } => deployment.steps[0][0].kind == ActionKind::Scale { from: 3, to: 2 },
        _ => false,
    });
    assert!(scale, "{events:?}");
    world.run();
    assert_eq!(
        (world.app("/web").spec().instances, world.counts("/web").running),
        (2, 2)
    );
    assert!(world.state().instance(victim).is_none() && world.is_quiet());
}

#[test]
fn killing_without_scale_replaces_at_once() {
    let mut world = World::new();
    world.put(app("/web", 2));
    world.run();
    let victim = world.state().instances(&id("/web")).next().unwrap().uuid;
    world
        .submit(Command::KillInstances {
            instances: vec![victim],
            scale: false,
            wipe: false,
            force: false,
        })
        .unwrap();
    world.run();
    assert_eq!((world.counts("/web").running, world.app("/web").delay), (2, None));
    assert!(world.state().instance(victim).is_none());
}

#[test]
fn constraints_keep_instances_apart() {
    let unique = Constraint::parse(&["hostname".into(), "UNIQUE".into()]).unwrap();
    let mut world = World::new();
    world.put(AppSpec {
        constraints: vec![unique],
        ..app("/web", 4)
    });
    world.run();
    assert_eq!((world.counts("/web").running, world.counts("/web").scheduled), (3, 1));
    world.agents.push(crate::world::agent("d"));
    world.submit(Command::PoolChanged).unwrap();
    world.run();
    assert_eq!((world.counts("/web").running, world.is_quiet()), (4, true));
}

#[test]
fn post_put_and_patch_differ_in_what_must_exist() {
    let mut world = World::new();
    let put = |mode| Command::PutApps {
        specs: vec![app("/web", 1)],
        mode,
        force: false,
    };
    assert_eq!(world.submit(put(PutMode::Update)), Err(Reject::NotFound(id("/web"))));
    world.submit(put(PutMode::Create)).unwrap();
    assert_eq!(world.submit(put(PutMode::Create)), Err(Reject::Exists(id("/web"))));
    let twice = vec![app("/x", 1), app("/x", 1)];
    let twice = Command::PutApps {
        specs: twice,
        mode: PutMode::Upsert,
        force: false,
    };
    assert!(matches!(world.submit(twice), Err(Reject::Invalid { path, .. }) if path == "/1/id"));
}

#[test]
fn a_large_app_is_scheduled_in_batches() {
    let mut world = World::waiting();
    world.replays = false;
    world.put(app("/web", 10_000));
    assert_eq!(world.counts("/web").scheduled, 10_000);
    let batches = world
        .journal
        .iter()
        .filter(|(_, e)| matches!(e, Event::InstancesScheduled { .. }))
        .count();
    assert_eq!(batches, 3);
    world.mode = Tasks::Obey;
    world.put_force(app("/web", 0));
    world.run();
    assert!(world.is_quiet() && world.state().instance_count() == 0);
}

#[test]
fn an_absurd_size_is_refused() {
    let mut world = World::new();
    let absurd = world.try_put(app("/web", u32::MAX), false);
    let message = "must be at most 1000000, not 4294967295".to_owned();
    assert_eq!(
        absurd,
        Err(Reject::Invalid {
            path: "/instances".to_owned(),
            message
        })
    );
}

#[test]
fn many_apps_make_one_deployment() {
    let mut world = World::new();
    world.replays = false;
    world.agents = (0..40).map(|n| crate::world::agent(&n.to_string())).collect();
    let specs: Vec<_> = (0..1000).map(|n| app(&format!("/group/app{n}"), 1)).collect();
    let put = Command::PutApps {
        specs,
        mode: PutMode::Create,
        force: false,
    };
    let events = world.submit(put).unwrap();
    assert!(events.len() < 2100, "{}", events.len());
    assert_eq!(world.state().deployments().len(), 1);
    assert_eq!(world.state().apps_under(&id("/group")).count(), 1000);
    assert_eq!(world.effects.len(), 1000, "each app asks for its places once");
}
