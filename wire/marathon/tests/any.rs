//! Whatever comes, reading neither panics nor loses anything.

#[expect(dead_code, reason = "each test binary uses its part")]
mod support;

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use support::{comes_back, context, create, shown};
use wire_marathon::{app::App, request};

const KEYS: [&str; 24] = [
    "id",
    "cmd",
    "args",
    "container",
    "docker",
    "image",
    "volumes",
    "portMappings",
    "networks",
    "ports",
    "cpus",
    "mode",
    "instances",
    "env",
    "labels",
    "constraints",
    "healthChecks",
    "protocol",
    "external",
    "persistent",
    "upgradeStrategy",
    "unreachableStrategy",
    "resourceLimits",
    "ipAddress",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9/.:*-]{0,8}".prop_map(Value::from),
        select(vec!["DOCKER", "host", "unlimited", "disabled", "/a", "HTTP"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(KEYS.to_vec()), inner), 0..6).prop_map(|fields| Value::Object(
                fields
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect::<Map<_, _>>()
            )),
        ]
    })
}

fn any_app() -> impl Strategy<Value = Value> {
    let program = prop_oneof![
        "[a-z]{2,9}".prop_map(|cmd| json!({"cmd": cmd})),
        vec("[a-z -]{0,5}", 1..4).prop_map(|args| json!({"args": args})),
    ];
    let amounts = (1..9000_u32, 0..90_000_u32, 0..50_u32).prop_map(|(cpus, mem, instances)| {
        json!({"cpus": f64::from(cpus) / 1000.0, "mem": f64::from(mem) / 8.0, "instances": instances})
    });
    let placed = vec(
        (
            select(vec!["hostname", "@zone", "rack"]),
            select(vec!["UNIQUE", "CLUSTER", "GROUP_BY"]),
        ),
        0..3,
    );
    let constraints = placed.prop_map(|parts| {
        let rows: Vec<Value> = parts
            .into_iter()
            .map(|(field, operator)| json!([field, operator]))
            .collect();
        json!({"constraints": rows})
    });
    let ports = vec(select(vec!["tcp", "udp", "udp,tcp"]), 0..4);
    let network = prop_oneof![
        ports.clone().prop_map(|ports| {
            let rows: Vec<Value> = ports.into_iter().map(|p| json!({"port": 0, "protocol": p})).collect();
            json!({"portDefinitions": rows})
        }),
        (ports, option::of(0..3_u16)).prop_map(|(ports, host)| {
            let row = |p| json!({"containerPort": 80, "hostPort": host, "protocol": p});
            let rows: Vec<Value> = ports.into_iter().map(row).collect();
            json!({"networks": [{"mode": "container/bridge"}], "container": {"type": "MESOS", "portMappings": rows}})
        }),
    ];
    let unreachable = prop_oneof![
        Just(json!("disabled")),
        (0..99_u64, 0..99_u64).prop_map(|(a, b)| json!({"inactiveAfterSeconds": a, "expungeAfterSeconds": a + b})),
    ];
    let env = vec(("[A-Z]{1,3}", "\\PC{0,6}"), 0..4).prop_map(|pairs| {
        let map: Map<String, Value> = pairs.into_iter().map(|(k, v)| (k, Value::from(v))).collect();
        json!({"env": map, "labels": map})
    });
    let rest = unreachable.prop_map(|u| json!({"unreachableStrategy": u}));
    (program, amounts, constraints, network, env, rest).prop_map(|(a, b, c, d, e, f)| {
        let mut app = json!({"id": "/some/app"});
        for part in [a, b, c, d, e, f] {
            let fields = part.as_object().unwrap().clone();
            app.as_object_mut().unwrap().extend(fields);
        }
        app
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..64)) {
        prop_assert!(request::create(&bytes, &context()).is_err());
    }

    #[test]
    fn any_json_is_read_or_refused(mut body in any_json()) {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("id".into(), json!("/a"));
        }
        match create(&body) {
            Ok(spec) => prop_assert_eq!(comes_back(&spec), spec),
            Err(problem) => prop_assert!(matches!(problem.status, 400 | 422)),
        }
        drop(App::read_list(body.to_string().as_bytes()));
    }

    #[test]
    fn an_app_that_was_shown_is_the_same_again(body in any_app()) {
        let spec = create(&body).map_err(|p| TestCaseError::fail(serde_json::to_string(&p).unwrap()))?;
        let again = comes_back(&spec);
        prop_assert_eq!(shown(&again), shown(&spec));
        prop_assert_eq!(again, spec);
    }
}
