//! One deployment an app.

use core_apps::{Command, Outcome, Reject};

use crate::world::{World, app, id};

#[test]
fn a_second_change_is_refused_by_name() {
    let mut world = World::waiting();
    let first = world.put(app("/web", 1));
    let conflict = Err(Reject::Conflict {
        app: id("/web"),
        deployments: vec![first],
    });
    assert_eq!(world.try_put(app("/web", 2), false), conflict);
    let restart = Command::RestartApps {
        ids: vec![id("/web")],
        force: false,
    };
    assert_eq!(world.submit(restart).map(drop), conflict.clone().map(drop));
    let delete = Command::DeleteApps {
        ids: vec![id("/web")],
        force: false,
    };
    assert_eq!(world.submit(delete).map(drop), conflict.map(drop));
    world.put(app("/other", 1));
}

#[test]
fn force_takes_its_place() {
    let mut world = World::waiting();
    let first = world.put(app("/web", 1));
    world.run();
    let second = world.try_put(app("/web", 3), true).unwrap().unwrap();
    assert_eq!(world.outcomes, [(first, Outcome::Cancelled { by: Some(second) })]);
    world.run();
    assert_eq!(world.tasks.len(), 3);
}

#[test]
fn forced_deletion_wins_over_a_deployment() {
    let mut world = World::waiting();
    world.put(app("/web", 1));
    world
        .submit(Command::DeleteApps {
            ids: vec![id("/web")],
            force: true,
        })
        .unwrap();
    assert!(world.state().apps().next().is_none(), "nothing had a place yet");
}

#[test]
fn the_number_of_deployments_is_bounded_but_not_for_rollbacks() {
    let mut world = World::waiting();
    world.replays = false;
    let first = world.put(app("/app0", 1));
    for n in 1..100 {
        world.put(app(&format!("/app{n}"), 1));
    }
    assert_eq!(
        world.try_put(app("/more", 1), false),
        Err(Reject::TooManyDeployments { limit: 100 })
    );
    world
        .submit(Command::CancelDeployment {
            id: first,
            force: false,
        })
        .unwrap();
    world.put(app("/more", 1));
}

#[test]
fn unknown_names_are_said_to_be_unknown() {
    let mut world = World::new();
    let ids = vec![id("/gone")];
    let gone = || Err(Reject::NotFound(id("/gone")));
    assert_eq!(
        world.submit(Command::DeleteApps {
            ids: ids.clone(),
            force: false
        }),
        gone()
    );
    assert_eq!(world.submit(Command::RestartApps { ids, force: false }), gone());
    assert_eq!(world.submit(Command::ResetDelay { app: id("/gone") }), gone());
    let deployment = base_ids::DeploymentId::from("gone");
    let cancel = Command::CancelDeployment {
        id: deployment.clone(),
        force: true,
    };
    assert_eq!(world.submit(cancel), Err(Reject::DeploymentNotFound(deployment)));
}
