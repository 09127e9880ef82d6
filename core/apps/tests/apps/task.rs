//! The task that an instance becomes.

use core_apps::Reject;
use model_app::{AppSpec, Artifact, EnvValue, HealthCheck, HealthProtocol, Network, PortDefinition, Program};
use model_cluster::{Enforcer, Probe, Scheme};
use model_resources::Resources;

use crate::world::{World, app};

fn task(spec: AppSpec) -> model_cluster::TaskSpec {
    let mut world = World::waiting();
    let name = spec.id.clone();
    world.put(spec);
    world.run();
    let uuid = world.state().instances(&name).next().unwrap().uuid;
    world.state().task_spec(uuid).unwrap()
}

#[test]
fn the_environment_is_marathons() {
    let http = PortDefinition {
        port: 8080,
        labels: [("VIP_0".to_owned(), "/web:80".to_owned())].into(),
        ..PortDefinition::named("http-api")
    };
    let spec = AppSpec {
        ports: vec![http, PortDefinition::default()],
        env: [("PORT1".to_owned(), EnvValue::Plain("mine".to_owned()))].into(),
        labels: [("a.b".to_owned(), "c".to_owned())].into(),
        ..app("/team/web", 1)
    };
    let task = task(spec);
    let ports: Vec<u64> = task
        .resources
        .iter()
        .filter_map(|r| r.value.as_ranges())
        .flat_map(|r| r.iter())
        .collect();
    let env = |name: &str| task.command.env.iter().find(|v| v.name == name).map(|v| v.value);
    let number = env("PORT0").unwrap();
    assert!(ports.contains(&number.parse().unwrap()));
    assert_eq!([env("PORT"), env("PORT_8080"), env("PORT_HTTP_API")], [Some(number); 3]);
    assert_eq!(env("PORT1"), Some("mine"), "what the user says wins");
    assert_eq!(env("PORTS").unwrap().split(',').count(), 2);
    assert_eq!(env("PORT_10000"), env("PORTS").unwrap().split(',').nth(1));
    for (name, value) in [
        ("MARATHON_APP_ID", "/team/web"),
        ("MARATHON_APP_VERSION", "2023-11-14T22:13:20.000Z"),
        ("MARATHON_APP_RESOURCE_CPUS", "0.1"),
        ("MARATHON_APP_RESOURCE_MEM", "128.0"),
        ("MARATHON_APP_RESOURCE_DISK", "0.0"),
        ("MARATHON_APP_RESOURCE_GPUS", "0"),
        ("MARATHON_APP_LABELS", "A_B"),
        ("MARATHON_APP_LABEL_A_B", "c"),
        ("HOST", "host-a"),
    ] {
        assert_eq!(env(name), Some(value), "{name}");
    }
    assert_eq!(env("MARATHON_APP_DOCKER_IMAGE"), None);
    assert_eq!(task.name, "web.team");
    let discovery = task.discovery.unwrap();
    let keys: Vec<&str> = discovery.ports[0].labels.iter().map(|l| l.key).collect();
    assert_eq!((discovery.ports.len(), keys), (2, vec!["VIP_0", "network-scope"]));
}

#[test]
fn everything_else_is_carried_over() {
    let spec = AppSpec {
        program: Some(Program::Args(vec!["/bin/sleep".into(), "5".into()])),
        user: Some("nobody".into()),
        kill_grace_seconds: Some(7),
        ..app("/web", 1)
    };
    let task = task(spec);
    assert_eq!(
        task.command.program,
        model_cluster::Program::Exec(vec!["/bin/sleep".into(), "5".into()])
    );
    assert_eq!(
        (task.command.user.as_deref(), task.kill_grace_ms),
        (Some("nobody"), Some(7000))
    );
    let scalars: Resources = task.resources.filter(|r| r.name.as_str() != "ports");
    assert_eq!(scalars, Resources::parse("cpus:0.1;mem:128").unwrap());
}

#[test]
fn checks_have_the_concrete_port_and_know_who_kills() {
    let with = |protocol| AppSpec {
        health_checks: vec![HealthCheck::new(protocol)],
        ..app("/web", 1)
    };
    let check = task(with(HealthProtocol::Https)).health_check.unwrap();
    let Probe::Http {
        scheme: Scheme::Https,
        port,
        path,
    } = check.probe
    else {
        panic!("{check:?}")
    };
    assert!((31_000..32_000).contains(&port) && path == "/");
    assert_eq!(
        (check.enforcer, check.delay_ms, check.grace_period_ms),
        (Enforcer::Framework, 0, 300_000)
    );
    let check = task(with(HealthProtocol::MesosTcp)).health_check.unwrap();
    assert_eq!(
        (check.enforcer, check.delay_ms, check.interval_ms),
        (Enforcer::Agent, 15_000, 60_000)
    );
    let mut spec = with(HealthProtocol::Command);
    spec.health_checks[0].command = Some("true".into());
    assert_eq!(
        task(spec).health_check.unwrap().probe,
        Probe::Command { shell: "true".into() }
    );
}

#[test]
fn required_ports_are_the_very_ones() {
    let ports = vec![PortDefinition {
        port: 31_500,
        ..PortDefinition::default()
    }];
    let task = task(AppSpec {
        ports,
        require_ports: true,
        ..app("/web", 1)
    });
    assert_eq!(
        task.resources,
        Resources::parse("cpus:0.1;mem:128;ports:[31500-31500]").unwrap()
    );
}

#[test]
fn what_no_agent_can_do_is_refused_where_it_stands() {
    let secret = EnvValue::Secret("db".into());
    let parts = [
        (
            "/fetch",
            AppSpec {
                fetch: vec![Artifact::from_uri("http://x/a.tgz")],
                ..app("/web", 1)
            },
        ),
        (
            "/secrets",
            AppSpec {
                env: [("PASSWORD".to_owned(), secret)].into(),
                ..app("/web", 1)
            },
        ),
        (
            "/networks",
            AppSpec {
                networks: vec![Network::Bridge {
                    labels: Default::default(),
                }],
                ..app("/web", 1)
            },
        ),
    ];
    for (expected, spec) in parts {
        let refused = World::new().try_put(spec, false).unwrap_err();
        let Reject::Invalid { path, message } = refused else {
            panic!("{refused:?}")
        };
        assert!(
            path == expected && message.ends_with("by this release"),
            "{path}: {message}"
        );
    }
}
