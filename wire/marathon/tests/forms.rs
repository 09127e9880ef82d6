//! Forms in which people send apps, new and old, and what they mean.

mod support;

use model_app::{
    CheckProbe, Engine, EnvValue, HealthProtocol, Limit, Network, PortRef, Program, Protocol, Scheme, Unreachable,
    UpgradeStrategy, VolumeSource,
};
use model_resources::{Role, Scalar};
use serde_json::{Value, json};
use support::{comes_back, good, shown};

#[test]
fn the_smallest_app_has_marathons_defaults() {
    let spec = good(&json!({"id": "web", "cmd": "sleep 100"}));
    assert_eq!(spec.id.as_str(), "/web");
    assert_eq!(spec.program, Some(Program::Shell("sleep 100".into())));
    assert_eq!(
        (spec.instances, spec.cpus, spec.mem),
        (1, Scalar::from_units(1), Scalar::from_units(128))
    );
    assert_eq!((spec.disk, spec.gpus), (Scalar::ZERO, Scalar::ZERO));
    assert_eq!(
        (spec.backoff.seconds, spec.backoff.factor, spec.backoff.max_seconds),
        (1, 1.15, 300)
    );
    assert_eq!(
        spec.upgrade,
        UpgradeStrategy {
            minimum_health_capacity: 1.0,
            maximum_over_capacity: 1.0
        }
    );
    assert_eq!(
        spec.unreachable,
        Some(Unreachable {
            inactive_after_seconds: 0,
            expunge_after_seconds: 0
        })
    );
    assert_eq!(spec.networks, [Network::Host]);
    assert_eq!((spec.ports.len(), spec.ports[0].name.as_deref()), (1, Some("default")));
    assert_eq!(spec.role.as_str(), "dev");
    assert_eq!(comes_back(&spec), spec);
}

#[test]
fn the_answer_to_the_smallest_app_is_marathons() {
    let spec = good(&json!({"id": "/web", "cmd": "sleep 100"}));
    let expected = json!({
        "id": "/web",
        "cmd": "sleep 100",
        "instances": 1,
        "cpus": 1.0,
        "mem": 128.0,
        "disk": 0.0,
        "gpus": 0,
        "executor": "",
        "portDefinitions": [{"port": 0, "protocol": "tcp", "name": "default"}],
        "requirePorts": false,
        "backoffSeconds": 1,
        "backoffFactor": 1.15,
        "maxLaunchDelaySeconds": 300,
        "upgradeStrategy": {"minimumHealthCapacity": 1.0, "maximumOverCapacity": 1.0},
        "labels": {},
        "networks": [{"mode": "host"}],
        "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
        "killSelection": "YOUNGEST_FIRST",
        "role": "dev",
        "version": "2024-02-29T00:00:00.123Z",
    });
    assert_eq!(shown(&spec), expected);
}

/// An app that uses every field of today.
fn full() -> Value {
    json!({
        "id": "/shop/cart",
        "args": ["serve", "--port", "8080"],
        "user": "www",
        "env": {"MODE": "prod", "PASSWORD": {"secret": "db"}},
        "instances": 3,
        "cpus": 0.25,
        "mem": 512.5,
        "disk": 64,
        "executor": "/opt/executor",
        "executorResources": {"cpus": 0.2},
        "constraints": [["hostname", "unique"], ["@zone", "GROUP_BY", "3"], ["rack", "LIKE", "r[1-9]"]],
        "fetch": [{"uri": "https://repo.example.com/cart.tgz", "cache": true, "destPath": "cart"}],
        "networks": [{"mode": "container/bridge", "labels": {"team": "shop"}}],
        "backoffSeconds": 5,
        "backoffFactor": 2,
        "maxLaunchDelaySeconds": 60,
        "container": {
            "type": "MESOS",
            "docker": {"image": "shop/cart:7", "forcePullImage": true, "pullConfig": {"secret": "registry"}},
            "linuxInfo": {"seccomp": {"unconfined": true}, "ipcInfo": {"mode": "PRIVATE", "shmSize": 16}},
            "volumes": [
                {"containerPath": "/etc/tls", "secret": "db"},
                {"containerPath": "/logs", "hostPath": "/var/log/cart", "mode": "RW"},
                {"containerPath": "/x", "mode": "RO", "external": {
                    "name": "vol1", "provider": "dvdi", "size": 5, "options": {"dvdi/driver": "rexray"}}},
                {"containerPath": "/y", "mode": "RW", "external": {"name": "vol2", "provider": "csi", "options": {
                    "pluginName": "nfs", "capability": {
                        "accessMode": "MULTI_NODE_MULTI_WRITER", "accessType": "mount", "fsType": "nfs4"}}}},
            ],
            "portMappings": [
                {"containerPort": 8080, "hostPort": 0, "servicePort": 10101, "name": "http", "labels": {"VIP_0": "/cart:80"}},
                {"containerPort": 53, "protocol": "udp,tcp", "name": "dns"},
            ],
        },
        "healthChecks": [
            {"protocol": "HTTP", "path": "/health", "portIndex": 0, "gracePeriodSeconds": 10, "ignoreHttp1xx": true},
            {"protocol": "COMMAND", "command": {"value": "true"}, "maxConsecutiveFailures": 0},
            {"protocol": "MESOS_TCP", "port": 8080, "delaySeconds": 1},
        ],
        "check": {"http": {"portIndex": 1, "path": "/", "scheme": "HTTPS"}, "intervalSeconds": 5},
        "readinessChecks": [{"portName": "http", "path": "/ready", "httpStatusCodesForReady": [200, 204],
            "preserveLastResponse": true}],
        "dependencies": ["/shop/db"],
        "upgradeStrategy": {"minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.2},
        "labels": {"HAPROXY_GROUP": "external"},
        "acceptedResourceRoles": ["*", "dev"],
        "secrets": {"db": {"source": "shop/db"}, "registry": {"source": "shop/registry"}},
        "taskKillGracePeriodSeconds": 30,
        "unreachableStrategy": {"inactiveAfterSeconds": 60, "expungeAfterSeconds": 120},
        "killSelection": "OLDEST_FIRST",
        "tty": true,
        "role": "dev",
        "resourceLimits": {"cpus": "unlimited", "mem": 1024},
        "somethingNew": {"is": "ignored"},
    })
}

#[test]
fn a_full_app_keeps_everything() {
    let spec = good(&full());
    assert_eq!(spec.env["PASSWORD"], EnvValue::Secret("db".into()));
    let limits = spec.resource_limits.unwrap();
    assert_eq!(
        (limits.cpus, limits.mem),
        (Some(Limit::Unlimited), Some(Limit::Amount(Scalar::from_units(1024))))
    );
    let container = spec.container.as_ref().unwrap();
    assert_eq!(container.engine, Engine::Mesos);
    assert!(matches!(container.volumes[0].source, VolumeSource::Secret(_)));
    assert_eq!(container.port_mappings[1].protocol, Protocol::UdpTcp);
    assert_eq!(
        container.port_mappings[1].host_port,
        Some(0),
        "a bridge maps every port"
    );
    assert_eq!(spec.health_checks[2].port, Some(PortRef::Number(8080)));
    assert!(matches!(
        spec.check.as_ref().unwrap().probe,
        CheckProbe::Http {
            port: Some(PortRef::Index(1)),
            scheme: Scheme::Https,
            ..
        }
    ));
    assert_eq!(comes_back(&spec), spec);
    let bytes = minicbor::to_vec(&spec).unwrap();
    assert_eq!(minicbor::decode::<model_app::AppSpec>(&bytes).unwrap(), spec);
}

#[test]
fn a_full_app_is_shown_with_marathons_fields_only() {
    let shown = shown(&good(&full()));
    for (field, expected) in [
        (
            "constraints",
            json!([
                ["hostname", "UNIQUE"],
                ["@zone", "GROUP_BY", "3"],
                ["rack", "LIKE", "r[1-9]"]
            ]),
        ),
        (
            "networks",
            json!([{"mode": "container/bridge", "labels": {"team": "shop"}}]),
        ),
        ("executorResources", json!({"cpus": 0.2, "mem": 32.0, "disk": 10.0})),
        ("resourceLimits", json!({"cpus": "unlimited", "mem": 1024.0})),
        ("env", json!({"MODE": "prod", "PASSWORD": {"secret": "db"}})),
        (
            "secrets",
            json!({"db": {"source": "shop/db"}, "registry": {"source": "shop/registry"}}),
        ),
        ("acceptedResourceRoles", json!(["*", "dev"])),
        ("tty", json!(true)),
        (
            "check",
            json!({"http": {"portIndex": 1, "path": "/", "scheme": "HTTPS"}, "intervalSeconds": 5,
            "timeoutSeconds": 20, "delaySeconds": 15}),
        ),
    ] {
        assert_eq!(shown[field], expected, "{field}");
    }
    let container = &shown["container"];
    assert_eq!(
        container["volumes"][0],
        json!({"containerPath": "/etc/tls", "secret": "db"})
    );
    assert_eq!(
        container["portMappings"][0],
        json!({"containerPort": 8080, "hostPort": 0, "servicePort": 10101, "protocol": "tcp", "name": "http",
            "labels": {"VIP_0": "/cart:80"}})
    );
    assert_eq!(
        shown["healthChecks"][1],
        json!({"protocol": "COMMAND", "command": {"value": "true"}, "gracePeriodSeconds": 300, "intervalSeconds": 60,
            "timeoutSeconds": 20, "delaySeconds": 15, "maxConsecutiveFailures": 0, "ipProtocol": "IPv4"})
    );
    for absent in [
        "cmd",
        "uris",
        "ports",
        "ipAddress",
        "portDefinitions",
        "residency",
        "versionInfo",
        "somethingNew",
    ] {
        assert!(shown.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn uris_and_ports_of_old_become_fetch_and_definitions() {
    let spec = good(&json!({
        "id": "old",
        "cmd": "python -m http.server $PORT0",
        "uris": ["http://x/app.tar.gz?v=1", "http://x/readme.txt"],
        "ports": [0, 8080],
        "healthChecks": [{"path": "/", "portIndex": 1}],
    }));
    assert_eq!(spec.fetch.iter().map(|f| f.extract).collect::<Vec<_>>(), [true, false]);
    assert_eq!(spec.ports.iter().map(|p| p.port).collect::<Vec<_>>(), [0, 8080]);
    assert_eq!(spec.service_ports(), [0, 8080]);
    assert_eq!(comes_back(&spec), spec);
    let none = good(&json!({"id": "none", "cmd": "sleep 1", "ports": []}));
    assert!(none.ports.is_empty());
}

#[test]
fn docker_of_old_moves_to_networks_and_mappings() {
    let bridge = good(&json!({
        "id": "/nginx",
        "container": {"type": "docker", "docker": {"image": "nginx", "network": "BRIDGE",
            "portMappings": [{"containerPort": 80}]}},
        "healthChecks": [{"protocol": "HTTP"}],
    }));
    assert_eq!(
        bridge.networks,
        [Network::Bridge {
            labels: Default::default()
        }]
    );
    assert_eq!(bridge.program, None);
    assert_eq!(bridge.port_mappings()[0].host_port, Some(0));
    assert_eq!(bridge.health_checks[0].port, Some(PortRef::Index(0)));
    assert_eq!(comes_back(&bridge), bridge);

    let host = good(&json!({
        "id": "/agent",
        "container": {"docker": {"image": "agent", "network": "HOST", "parameters": [{"key": "cap-add", "value": "SYS"}]}},
        "ports": [9000],
        "requirePorts": true,
    }));
    assert_eq!((&host.networks[..], host.require_ports), (&[Network::Host][..], true));
    assert_eq!(host.container.as_ref().unwrap().engine, Engine::Docker);
    assert!(shown(&host)["container"].get("portMappings").is_none());
    assert_eq!(comes_back(&host), host);

    let ports = good(&json!({
        "id": "/two",
        "container": {"docker": {"image": "two", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}},
        "ports": [0, 0],
    }));
    assert_eq!((ports.port_mappings().len(), ports.ports.len()), (2, 0));
}

#[test]
fn ip_address_of_old_means_a_container_network() {
    let spec = good(&json!({
        "id": "/ip",
        "cmd": "serve",
        "ipAddress": {"networkName": "dcos", "labels": {"a": "b"},
            "discovery": {"ports": [{"number": 80, "name": "http", "protocol": "tcp"}]}},
    }));
    let labels = [("a".to_owned(), "b".to_owned())].into();
    assert_eq!(
        spec.networks,
        [Network::Container {
            name: "dcos".into(),
            labels
        }]
    );
    assert_eq!(spec.container.as_ref().unwrap().engine, Engine::Mesos);
    assert_eq!(
        (
            spec.port_mappings()[0].container_port,
            spec.port_mappings()[0].host_port
        ),
        (80, None)
    );
    assert!(spec.ports.is_empty() && !spec.require_ports);
    assert_eq!(comes_back(&spec), spec);
}

#[test]
fn networks_without_a_container_get_one() {
    let spec = good(&json!({"id": "/n", "cmd": "serve", "networks": [{"name": "dcos"}]}));
    assert_eq!(spec.port_mappings()[0].name.as_deref(), Some("default"));
    assert_eq!(comes_back(&spec), spec);
}

#[test]
fn persistent_volumes_change_the_defaults() {
    let spec = good(&json!({
        "id": "/db",
        "cmd": "mysqld",
        "acceptedResourceRoles": ["*"],
        "container": {"type": "MESOS", "volumes": [
            {"containerPath": "data", "mode": "RW", "persistent": {"size": 512, "profileName": "fast"}}]},
        "residency": {"taskLostBehavior": "WAIT_FOREVER"},
    }));
    assert_eq!((spec.unreachable, spec.upgrade), (None, UpgradeStrategy::RESIDENT));
    let shown = shown(&spec);
    assert_eq!(shown["unreachableStrategy"], "disabled");
    assert_eq!(
        shown["residency"],
        json!({"relaunchEscalationTimeoutSeconds": 3600, "taskLostBehavior": "WAIT_FOREVER"})
    );
    assert_eq!(shown["container"]["volumes"][0]["persistent"]["type"], "mount");
    assert_eq!(comes_back(&spec), spec);
}

#[test]
fn words_may_have_any_case_and_nulls_mean_nothing() {
    let spec = good(&json!({
        "id": "/case", "cmd": "serve", "killSelection": "oldest_first", "user": null, "container": null,
        "healthChecks": [{"protocol": "mesos_http", "path": "/"}], "instances": 2.0,
    }));
    assert_eq!((spec.instances, spec.user.as_deref()), (2, None));
    assert_eq!(spec.health_checks[0].protocol, HealthProtocol::MesosHttp);
    assert_eq!(shown(&spec)["killSelection"], "OLDEST_FIRST");
}

#[test]
fn relative_ids_start_from_the_base() {
    let mut context = support::context();
    context.base = "/team".into();
    let body = json!({"id": "web", "cmd": "serve", "dependencies": ["../db", "/x"], "role": "*"});
    let spec = wire_marathon::request::create(body.to_string().as_bytes(), &context).unwrap();
    assert_eq!((spec.id.as_str(), spec.role), ("/team/web", Role::any()));
    assert_eq!(
        spec.dependencies.iter().map(|d| d.as_str()).collect::<Vec<_>>(),
        ["/db", "/x"]
    );
}
