use base_clock::Timestamp;
use base_ids::AppId;
use model_resources::{Role, Scalar};

use super::*;
use crate::*;

fn app() -> AppSpec {
    let program = Some(Program::Shell("sleep 100".into()));
    AppSpec::new(AppId::from("/team/web"), program, Role::any(), Timestamp::EPOCH)
}

fn docker(image: &str) -> Container {
    Container {
        engine: Engine::Docker,
        image: Some(Image {
            name: image.into(),
            ..Image::default()
        }),
        volumes: Vec::new(),
        port_mappings: Vec::new(),
        linux: None,
    }
}

fn persistent(path: &str) -> Volume {
    Volume {
        container_path: path.into(),
        mode: Mode::ReadWrite,
        source: VolumeSource::Persistent(Persistent {
            disk: Disk::Root,
            size: 10,
            max_size: None,
            profile: None,
            constraints: Vec::new(),
        }),
    }
}

fn resident() -> AppSpec {
    let mut spec = app();
    spec.role = Role::new("dev").unwrap();
    spec.container = Some(Container {
        engine: Engine::Mesos,
        image: None,
        volumes: vec![persistent("data")],
        ..docker("")
    });
    spec.unreachable = None;
    spec.upgrade = UpgradeStrategy::RESIDENT;
    spec
}

#[test]
fn plain_apps_are_fine() {
    let rules = Rules {
        roles: vec![Role::any()],
    };
    assert_eq!(app().violations(&rules), []);
    let mut image = app();
    image.program = None;
    image.container = Some(docker("nginx"));
    assert_eq!(image.violations(&rules), []);
    assert_eq!(resident().violations(&Rules::default()), []);
}

/// A way to break an app, where Marathon reports it, and the start of its text.
type Case = (fn(&mut AppSpec), &'static str, &'static str);

fn check(good: fn() -> AppSpec, cases: &[Case]) {
    for (i, (spoil, path, error)) in cases.iter().enumerate() {
        let mut spec = good();
        spoil(&mut spec);
        let rules = Rules {
            roles: vec![Role::any(), Role::new("dev").unwrap()],
        };
        let found = spec.violations(&rules);
        let hit = |v: &Violation| v.path == *path && v.errors.iter().any(|e| e.starts_with(error));
        assert!(found.iter().any(hit), "case {i}: {path} {error} is not in {found:?}");
    }
}

#[test]
fn each_rule_of_programs_and_ids_has_its_place() {
    check(
        app,
        &[
            (
                |a| a.id = "/".into(),
                "/id",
                "Path must contain at least one path element",
            ),
            (|a| a.id = "/".into(), "/", "must not be root"),
            (
                |a| a.id = format!("/{}", "x".repeat(194)).as_str().into(),
                "/id",
                "must not be longer than 194 characters",
            ),
            (
                |a| a.id = "/team/Web".into(),
                "/id",
                "must fully match regular expression '^(([a-z0-9]|",
            ),
            (
                |a| a.id = "/team/restart".into(),
                "/id",
                "must not end with any of the following reserved keywords",
            ),
            (
                |a| a.dependencies.extend(["/B".into()]),
                "/dependencies(0)",
                "must fully match",
            ),
            (
                |a| a.program = None,
                "/",
                "AppDefinition must either contain one of 'cmd' or 'args'",
            ),
            (
                |a| a.program = Some(Program::Shell("x".into())),
                "/",
                "must not be an empty string",
            ),
            (|a| a.executor = "a//b".into(), "/executor", "must fully match"),
            (
                |a| a.fetch.push(Artifact::from_uri("http://a b")),
                "/fetch(0)/uri",
                "URI has invalid syntax.",
            ),
            (
                |a| a.fetch.push(Artifact::from_uri("http://a/%zz")),
                "/fetch(0)/uri",
                "URI has invalid syntax.",
            ),
            (
                |a| {
                    let mem = Some(Limit::Amount(Scalar::from_units(64)));
                    a.resource_limits = Some(ResourceLimits { cpus: None, mem });
                },
                "/resourceLimits/mem",
                "resource limit must be greater than or equal to requested resource (128.0)",
            ),
            (
                |a| drop(a.env.insert("PW".into(), EnvValue::Secret("pw".into()))),
                "/env/PW/secret",
                "references an undefined secret",
            ),
            (
                |a| drop(a.secrets.insert("pw".into(), String::new())),
                "/secrets/pw/source",
                "must not be empty",
            ),
            (
                |a| drop(a.labels.insert(DEADLINE_LABEL.into(), "soon".into())),
                "/labels/HARMONY_PROGRESS_DEADLINE_SECONDS",
                "must be a whole number of seconds",
            ),
            (
                |a| drop(a.labels.insert("DCOS_MIGRATION_API_VERSION".into(), "v1".into())),
                "/",
                "DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH",
            ),
        ],
    );
}

#[test]
fn each_rule_of_ports_and_networks_has_its_place() {
    check(
        app,
        &[
            (
                |a| a.ports.push(PortDefinition::named("default")),
                "/portDefinitions",
                "Port names must be unique.",
            ),
            (
                |a| {
                    a.ports = vec![
                        PortDefinition {
                            port: 80,
                            ..Default::default()
                        };
                        2
                    ]
                },
                "/portDefinitions",
                "Ports must be unique.",
            ),
            (
                |a| a.networks.push(Network::Host),
                "/networks",
                "May specify a single host network",
            ),
            (
                |a| {
                    a.networks = vec![
                        Network::Container {
                            name: "n".into(),
                            labels: Default::default()
                        };
                        2
                    ]
                },
                "/networks",
                "Duplicate networks are not allowed",
            ),
            (
                |a| {
                    a.networks = vec![Network::Bridge {
                        labels: Default::default(),
                    }]
                },
                "/",
                "portDefinitions are only allowed with host-networking",
            ),
            (
                |a| {
                    a.container = Some(docker("nginx"));
                    a.container
                        .as_mut()
                        .unwrap()
                        .port_mappings
                        .push(PortMapping::named("web"));
                },
                "/",
                "portMappings are not allowed with host-networking",
            ),
        ],
    );
}

#[test]
fn each_rule_of_checks_has_its_place() {
    check(
        app,
        &[
            (
                |a| {
                    let port = Some(PortRef::Index(1));
                    a.health_checks = vec![HealthCheck {
                        port,
                        ..HealthCheck::new(HealthProtocol::Http)
                    }];
                },
                "/healthChecks(0)",
                "Health check port indices must address",
            ),
            (
                |a| {
                    let ip_protocol = IpProtocol::V6;
                    a.health_checks = vec![HealthCheck {
                        ip_protocol,
                        ..HealthCheck::new(HealthProtocol::MesosTcp)
                    }];
                },
                "/healthChecks(0)",
                "IPv6 can only be used",
            ),
            (
                |a| a.health_checks = vec![HealthCheck::new(HealthProtocol::MesosHttp); 2],
                "/",
                "AppDefinition can contain at most one Mesos health check",
            ),
            (
                |a| a.readiness_checks = vec![ReadinessCheck::default()],
                "/readinessChecks(0)/portName",
                "No port definition reference for portName http-api",
            ),
            (
                |a| {
                    a.readiness_checks = vec![ReadinessCheck {
                        timeout_seconds: 30,
                        ..Default::default()
                    }]
                },
                "/readinessChecks(0)/timeoutSeconds",
                "got 30, expected less than 30",
            ),
            (
                |a| a.readiness_checks = vec![ReadinessCheck::default(); 2],
                "/readinessChecks/size",
                "got 2, expected 1 or less",
            ),
        ],
    );
}

#[test]
fn each_rule_of_placement_and_strategies_has_its_place() {
    let single: fn(&mut AppSpec) = |a| drop(a.labels.insert("MARATHON_SINGLE_INSTANCE_APP".into(), "true".into()));
    check(
        app,
        &[
            (
                |a| {
                    a.constraints = vec![Constraint {
                        field: "rack".into(),
                        operator: Operator::MaxPer,
                        value: None,
                    }];
                },
                "/constraints(0)",
                "MAX_PER requires an integer value",
            ),
            (
                |a| a.accepted_resource_roles.extend([Role::new("dev").unwrap()]),
                "/acceptedResourceRoles",
                "acceptedResourceRoles can only contain *",
            ),
            (
                |a| a.role = Role::new("ops").unwrap(),
                "/role",
                "got ops, expected one of: *, dev",
            ),
            (
                |a| {
                    a.unreachable = Some(Unreachable {
                        inactive_after_seconds: 2,
                        expunge_after_seconds: 1,
                    });
                },
                "/unreachableStrategy/inactiveAfterSeconds",
                "inactiveAfterSeconds (2) must be less or equal to expungeAfterSeconds, which is 1",
            ),
            (
                |a| a.upgrade.maximum_over_capacity = 1.5,
                "/upgradeStrategy/maximumOverCapacity",
                "got 1.5, expected between 0.0 and 1.0",
            ),
            (
                single,
                "/upgradeStrategy/minimumHealthCapacity",
                "got 1.0, expected 0.0",
            ),
            (
                |a| {
                    a.gpus = Scalar::from_units(1);
                    a.container = Some(docker("nginx"));
                },
                "/",
                "GPU resources only work with the Mesos containerizer",
            ),
        ],
    );
}

#[test]
fn each_rule_of_volumes_has_its_place() {
    fn with(volume: Volume) -> AppSpec {
        let mut spec = resident();
        spec.container.as_mut().unwrap().volumes = vec![volume];
        spec
    }
    check(
        resident,
        &[
            (
                |a| a.unreachable = Some(Unreachable::default()),
                "/",
                "unreachableStrategy must be disabled",
            ),
            (
                |a| a.role = Role::any(),
                "/role",
                "Resident apps cannot have the role *",
            ),
            (
                |a| *a = with(persistent("/data")),
                "/container/volumes(0)/containerPath",
                "value must not contain \"/\"",
            ),
            (
                |a| *a = with(persistent("..")),
                "/container/volumes(0)/containerPath",
                "can not be one of (.,..)",
            ),
            (
                |a| {
                    *a = with(Volume {
                        mode: Mode::ReadOnly,
                        ..persistent("data")
                    })
                },
                "/container/volumes(0)/mode",
                "does not equal",
            ),
            (
                |a| {
                    let source = VolumeSource::Secret("pw".into());
                    *a = with(Volume {
                        source,
                        ..persistent("data")
                    });
                },
                "/container/volumes(0)",
                "volume.secret must refer to an existing secret",
            ),
        ],
    );
}

#[test]
fn resident_apps_keep_their_resources() {
    let mut new = resident();
    new.instances = 4;
    assert_eq!(resident().change_violations(&new), []);
    new.cpus = Scalar::from_units(2);
    new.container.as_mut().unwrap().volumes.clear();
    let paths: Vec<String> = resident().change_violations(&new).into_iter().map(|v| v.path).collect();
    assert_eq!(paths, ["/", "/cpus"]);
    assert_eq!(
        app().change_violations(&AppSpec {
            cpus: Scalar::from_units(2),
            ..app()
        }),
        []
    );
}

#[test]
fn specs_survive_the_journal() {
    let mut spec = resident();
    spec.health_checks = vec![HealthCheck::new(HealthProtocol::Command)];
    spec.env.insert("A".into(), EnvValue::Plain("1".into()));
    spec.changes = Some(Changes {
        last_scaling_at: Timestamp::EPOCH,
        last_config_change_at: Timestamp::from_millis(5),
    });
    let bytes = minicbor::to_vec(&spec).unwrap();
    assert_eq!(minicbor::decode::<AppSpec>(&bytes).unwrap(), spec);
}

#[test]
fn a_nul_byte_is_refused_where_a_launch_would_fail_of_it() {
    let mut spec = app();
    spec.program = Some(Program::Shell("echo \0".into()));
    spec.user = Some("ro\0ot".into());
    spec.env.insert("A".into(), EnvValue::Plain("a\0".into()));
    let paths =
        |spec: &AppSpec| -> Vec<String> { spec.violations(&Rules::default()).into_iter().map(|v| v.path).collect() };
    assert_eq!(paths(&spec), ["/cmd", "/env(A)", "/user"]);
    let mut spec = app();
    spec.program = Some(Program::Args(vec!["echo".into(), "\0".into()]));
    assert_eq!(paths(&spec), ["/args(1)"]);
}
