//! The bytes of facts: what was once written is read for ever.

use base_clock::Timestamp;
use base_ids::{AgentId, DeploymentId, TaskId, Uuid};
use core_apps::{
    Action, ActionKind, Condition, Delay, Deployment, Doom, End, Event, Instance, Outcome, Place, PlacedInstance,
    TaskFailure,
};
use model_cluster::TaskState;

use crate::world::{World, app, id};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn place() -> Place {
    Place {
        agent_id: AgentId::from("S0"),
        hostname: "h".into(),
        ip: [127, 0, 0, 1].into(),
        domain: None,
        ports: vec![31_000],
        resources: None,
    }
}

fn instance() -> Instance {
    Instance {
        app: id("/a"),
        uuid: Uuid::from_random(1),
        incarnation: 1,
        version: at(1),
        condition: Condition::Running,
        since: at(4),
        scheduled_at: at(2),
        staged_at: Some(at(3)),
        started_at: Some(at(4)),
        place: Some(place()),
        gated: true,
        health: Some(core_apps::Health {
            healthy: true,
            since: at(5),
        }),
        doom: Some(Doom::Upgrade),
        config: at(1),
        heard: false,
    }
}

fn deployment() -> Deployment {
    Deployment {
        id: DeploymentId::from("d"),
        version: at(1),
        started_at: at(1),
        steps: vec![
            vec![Action {
                app: id("/a"),
                kind: ActionKind::Scale { from: 1, to: 2 },
            }],
            vec![Action {
                app: id("/a"),
                kind: ActionKind::Restart,
            }],
        ],
        step: 1,
        step_since: at(2),
        before: [(id("/a"), None), (id("/b"), Some(at(0)))].into(),
        deadline_ms: 600_000,
        progressed_at: at(2),
        score: -1,
    }
}

/// Each hard event but `AppPut` (whose bytes are `AppSpec`'s) with its bytes in hexadecimal.
fn golden() -> Vec<(Event, &'static str)> {
    let (app, one, task_id) = (id("/a"), Uuid::from_random(1), TaskId::from("t"));
    let d = || DeploymentId::from("d");
    let failure = TaskFailure {
        task_id: task_id.clone(),
        state: TaskState::Failed,
        message: "m".into(),
        hostname: "h".into(),
        agent_id: Some(AgentId::from("S0")),
        version: at(1),
        at: at(2),
    };
    vec![
        (Event::AppDoomed { app: app.clone() }, "820181622f61"),
        (Event::AppRemoved { app: app.clone() }, "820281622f61"),
        (
            Event::DeploymentStarted {
                deployment: Box::new(deployment()),
            },
            "8203818a61641903e81903e8828182622f6182018201028182622f61820280011907d0a2622f61f6622f62001a000927c01907d020",
        ),
        (Event::DeploymentStepCompleted { id: d(), step: 1 }, "820482616401"),
        (Event::DeploymentProgressed { id: d(), score: -3 }, "820582616422"),
        (
            Event::DeploymentEnded {
                deployment: Box::new(deployment()),
                outcome: Outcome::Failed { reason: "r".into() },
            },
            "8206828a61641903e81903e8828182622f6182018201028182622f61820280011907d0a2622f61f6622f62001a000927c01907d0208201816172",
        ),
        (
            Event::InstancesScheduled {
                app: app.clone(),
                version: at(1),
                seed: one,
                count: 3,
            },
            "820784622f611903e8500000000000004000800000000000000103",
        ),
        (
            Event::InstancesPlaced {
                app: app.clone(),
                placed: vec![PlacedInstance {
                    instance: one,
                    place: place(),
                }],
            },
            "820882622f6181825000000000000040008000000000000001856253306168447f000001f681197918",
        ),
        (
            Event::LaunchesRefused {
                app: app.clone(),
                instances: vec![one],
                message: "m".into(),
            },
            "820983622f61815000000000000040008000000000000001616d",
        ),
        (
            Event::InstanceUpdated {
                instance: one,
                condition: Condition::Staging,
                at: at(3),
                message: None,
            },
            "820a83500000000000004000800000000000000102190bb8",
        ),
        (
            Event::HealthChanged {
                instance: one,
                healthy: false,
                at: at(3),
                message: Some("m".into()),
            },
            "820b845000000000000040008000000000000001f4190bb8616d",
        ),
        (
            Event::InstancesDoomed {
                app: app.clone(),
                instances: vec![one],
                why: Doom::Scale,
            },
            "820c83622f6181500000000000004000800000000000000101",
        ),
        (
            Event::InstanceEnded {
                instance: Box::new(instance()),
                end: End {
                    state: TaskState::Killed,
                    at: at(9),
                    message: None,
                },
            },
            "820d828e622f615000000000000040008000000000000001011903e804190fa01907d0190bb8190fa0856253306168447f000001f681197918f582f5191388001903e88204192328",
        ),
        (
            Event::TaskFailed {
                app: app.clone(),
                failure: Box::new(failure),
            },
            "820e82622f6187617403616d61686253301903e81907d0",
        ),
        (
            Event::DelayChanged {
                app,
                delay: Some(Delay {
                    millis: 1000,
                    until: at(8),
                }),
            },
            "820f82622f61821903e8191f40",
        ),
        (
            Event::OrphanFound {
                task_id: task_id.clone(),
            },
            "8210816174",
        ),
        (Event::OrphanGone { task_id }, "8211816174"),
    ]
}

#[test]
fn the_bytes_of_events_never_change() {
    for (event, expected) in golden() {
        let bytes = minicbor::to_vec(&event).unwrap();
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, expected, "{event:?}");
        assert_eq!(minicbor::decode::<Event>(&bytes).unwrap(), event);
    }
}

#[test]
fn a_put_reads_back() {
    let event = Event::AppPut {
        spec: Box::new(app("/a", 2)),
    };
    let bytes = minicbor::to_vec(&event).unwrap();
    assert_eq!(&bytes[..3], &[0x82, 0x00, 0x81]);
    assert_eq!(minicbor::decode::<Event>(&bytes).unwrap(), event);
}

#[test]
fn broken_snapshots_are_refused() {
    let mut world = World::new();
    world.put(app("/a", 2));
    world.run();
    let bytes = minicbor::to_vec(world.state()).unwrap();
    for end in 0..bytes.len() {
        assert!(
            minicbor::decode::<core_apps::Apps>(&bytes[..end]).is_err(),
            "cut at {end}"
        );
    }
    assert!(minicbor::decode::<core_apps::Apps>(&[0x83, 0x80, 0x80, 0x80]).is_err());
}
