//! Weights and quotas as operators set them over HTTP, by the older endpoints and by calls, and what schedulers hear.

use cluster::{Pool, Scheduler};
use serde_json::{Value, json};

/// A scheduler that holds whatever it is offered.
fn holds(pool: &Pool, role: &str) -> Scheduler {
    let info = json!({
        "user": "root", "name": role, "roles": [role], "capabilities": [{ "type": "MULTI_ROLE" }],
    });
    Scheduler::start(pool.address(), &json!({ "framework_info": info }), |_, _| ())
}

fn scalar(name: &str, value: f64) -> Value {
    json!({ "name": name, "type": "SCALAR", "scalar": { "value": value } })
}

/// How much of a resource one event offers.
fn offered(event: &Value, name: &str) -> f64 {
    let offers = event["offers"]["offers"].as_array().into_iter().flatten();
    offers
        .flat_map(|offer| offer["resources"].as_array().into_iter().flatten())
        .filter(|resource| resource["name"] == name)
        .filter_map(|resource| resource["scalar"]["value"].as_f64())
        .sum()
}

fn pool() -> Pool {
    let mut pool = Pool::start(&[]);
    pool.agent("cpus:2;mem:512", &[]);
    pool.agent("cpus:2;mem:512", &[]);
    pool.ready(2);
    pool
}

/// Sends one body and checks the status and what the text of the answer says.
fn refused(pool: &Pool, method: &str, path: &str, body: &str, status: u16, text: &str) {
    let answer = pool.mesos(method, path, Some(body));
    let found = (answer.status, answer.text.contains(text));
    assert_eq!(found, (status, true), "{method} {path} {body}: {}", answer.text);
}

#[test]
fn weights_are_set_read_and_refused() {
    let pool = pool();
    let holder = holds(&pool, "a");
    holder.hears("all is on offer", |event| event["type"] == "OFFERS");
    assert_eq!(pool.mesos("GET", "/weights", None).json(), json!([]));

    let other = json!([{ "role": "other", "weight": 4.0 }]);
    assert_eq!(pool.mesos("PUT", "/weights", Some(&other.to_string())).status, 200);
    assert_eq!(holder.events("RESCIND").len(), 0, "nobody has that role");
    let weights = json!([{ "role": "a", "weight": 2.5 }]);
    assert_eq!(
        pool.mesos("PUT", "/master/weights", Some(&weights.to_string())).status,
        200
    );
    holder.hears("its offers are taken back", |event| event["type"] == "RESCIND");
    let both = json!([{ "role": "a", "weight": 2.5 }, { "role": "other", "weight": 4.0 }]);
    assert_eq!(pool.mesos("GET", "/weights", None).json(), both);
    assert_eq!(
        pool.mesos("GET", "/weights?jsonp=show", None).text.split('(').next(),
        Some("show")
    );
    let roles = pool.mesos("GET", "/roles", None).json();
    let a = roles["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|role| role["name"] == "a");
    assert_eq!(a.map(|role| &role["weight"]), Some(&json!(2.5)), "{roles}");

    let infos = json!([{ "role": " a ", "weight": 1.5 }]);
    let update = json!({ "type": "UPDATE_WEIGHTS", "update_weights": { "weight_infos": infos } });
    assert_eq!(pool.operator(&update).0, 200);
    let (status, answer) = pool.operator(&json!({ "type": "GET_WEIGHTS" }));
    let infos = &answer["get_weights"]["weight_infos"];
    assert_eq!(
        (status, &infos[0]),
        (200, &json!({ "role": "a", "weight": 1.5 })),
        "{answer}"
    );

    for (body, text) in [
        (r#"[{"role":"a","weight":0}]"#, "Weights must be positive"),
        (r#"[{"role":"a","weight":-1}]"#, "Weights must be positive"),
        (r#"[{"role":"a/..","weight":1}]"#, "Invalid role 'a/..'"),
        (r#"[{"role":"a"}]"#, "weight"),
        (
            r#"{"role":"a","weight":1}"#,
            "Failed to parse update weights request JSON",
        ),
        ("[", "Failed to parse update weights request JSON"),
    ] {
        refused(&pool, "PUT", "/weights", body, 400, text);
    }
    // All of a request or none of it.
    refused(
        &pool,
        "PUT",
        "/weights",
        r#"[{"role":"new","weight":2},{"role":"a","weight":0}]"#,
        400,
        "",
    );
    assert!(!pool.mesos("GET", "/weights", None).text.contains("new"));
    assert_eq!(pool.mesos("DELETE", "/weights", None).status, 405);
}

#[test]
fn the_older_quota_takes_offers_back_and_is_limit_too() {
    let pool = pool();
    let holder = holds(&pool, "a");
    holder.hears("all is on offer", |event| event["type"] == "OFFERS");
    let wanting = holds(&pool, "b");
    let quota = json!({ "role": "b", "guarantee": [scalar("cpus", 1.0), scalar("mem", 64.0)] });
    assert_eq!(pool.mesos("POST", "/quota", Some(&quota.to_string())).status, 200);
    holder.hears("an offer is taken back", |event| event["type"] == "RESCIND");
    let event = wanting.hears("it is offered its guarantee", |event| event["type"] == "OFFERS");
    assert_eq!(
        (offered(&event, "cpus"), offered(&event, "mem")),
        (1.0, 64.0),
        "{event}"
    );

    let shown = pool.mesos("GET", "/quota", None).json();
    assert_eq!(shown["infos"][0]["role"], "b", "{shown}");
    assert_eq!(
        shown["infos"][0]["guarantee"].as_array().map(Vec::len),
        Some(2),
        "{shown}"
    );
    assert_eq!(shown["configs"][0]["limits"]["cpus"]["value"], 1.0, "{shown}");

    let post = |body: &Value, status: u16, text: &str| {
        refused(&pool, "POST", "/master/quota", &body.to_string(), status, text);
    };
    let of = |role: &str, guarantee: Value| json!({ "role": role, "guarantee": guarantee });
    post(&quota, 400, "Cannot set quota for role 'b' which already has quota");
    post(&of("c", json!([])), 400, "QuotaInfo with empty 'guarantee'");
    post(&of("c/d", json!([scalar("cpus", 1.0)])), 400, "nested role 'c/d'");
    post(&of("*", json!([scalar("cpus", -1.0)])), 400, "");
    let twice = json!([scalar("cpus", 1.0), scalar("cpus", 1.0)]);
    post(&of("c", twice), 400, "duplicate resource name 'cpus'");
    let ports = json!({ "name": "ports", "type": "RANGES", "ranges": { "range": [{ "begin": 1, "end": 2 }] } });
    post(&of("c", json!([ports])), 400, "non-scalar resources");
    post(
        &json!({ "guarantee": [scalar("cpus", 1.0)] }),
        400,
        "QuotaInfo must specify a role",
    );
    refused(
        &pool,
        "POST",
        "/quota",
        "{\"role\":",
        400,
        "Failed to parse set quota request JSON",
    );

    let mut much = of("c", json!([scalar("cpus", 100.0)]));
    post(&much, 409, "overcommit");
    much["force"] = json!(true);
    post(&much, 200, "");
    refused(&pool, "DELETE", "/quota/c", "", 200, "");
    refused(&pool, "DELETE", "/quota/c", "", 400, "Role 'c' has no quota set");
    refused(&pool, "DELETE", "/quota", "", 400, "");
    assert_eq!(pool.mesos("PUT", "/quota", Some("{}")).status, 405);
    assert_eq!(
        pool.mesos("GET", "/quota", None).json()["infos"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn quota_calls_check_capacity_and_what_is_used_unless_forced() {
    let pool = pool();
    let update = |role: &str, guarantees: Value, limits: Value, force: bool| {
        pool.operator(&json!({
            "type": "UPDATE_QUOTA",
            "update_quota": {
                "force": force, "quota_configs": [{ "role": role, "guarantees": guarantees, "limits": limits }],
            },
        }))
    };
    let cpus = |value: f64| json!({ "cpus": { "value": value } });
    let runs = {
        let info = json!({ "user": "root", "name": "a", "roles": ["a"], "capabilities": [{ "type": "MULTI_ROLE" }] });
        let mut launched = false;
        Scheduler::start(
            pool.address(),
            &json!({ "framework_info": info }),
            move |session, event| {
                session.acknowledge(event);
                for offer in event["offers"]["offers"].as_array().into_iter().flatten() {
                    if !std::mem::replace(&mut launched, true) {
                        let task = json!({
                            "name": "t", "task_id": { "value": "t" }, "agent_id": offer["agent_id"],
                            "command": { "value": "exec sleep 1000" },
                            "resources": [scalar("cpus", 1.0), scalar("mem", 32.0)],
                        });
                        let launch = json!({ "type": "LAUNCH", "launch": { "task_infos": [task] } });
                        session.accept(offer, &[launch], 0.0);
                    }
                }
            },
        )
    };
    runs.hears("the task runs", |event| {
        event["update"]["status"]["state"] == "TASK_RUNNING"
    });

    let (status, text) = update("a", json!({}), cpus(0.5), false);
    assert_eq!(status, 400, "{text}");
    assert!(text.to_string().contains("is already consuming"), "{text}");
    assert_eq!(update("a", json!({}), cpus(0.5), true).0, 200);
    let (status, text) = update("b", cpus(9.0), json!({}), false);
    assert_eq!(status, 400, "{text}");
    assert_eq!(update("b", cpus(9.0), json!({}), true).0, 200);
    for (role, guarantees, limits, why) in [
        ("c", cpus(2.0), cpus(1.0), "not contained within"),
        ("c/d", cpus(1.0), json!({}), "nested role"),
        ("c", cpus(-1.0), json!({}), ""),
        ("", cpus(1.0), json!({}), "role"),
    ] {
        let (status, text) = update(role, guarantees, limits, true);
        assert_eq!((status, text.to_string().contains(why)), (400, true), "{role}: {text}");
    }
    let (status, answer) = pool.operator(&json!({ "type": "GET_QUOTA" }));
    let configs = answer["get_quota"]["status"]["configs"].clone();
    assert_eq!((status, configs.as_array().map(Vec::len)), (200, Some(2)), "{answer}");
    assert_eq!(
        (&configs[0]["role"], &configs[1]["role"]),
        (&json!("a"), &json!("b")),
        "{configs}"
    );

    let set = |cpus: f64| {
        let request = json!({ "role": "d", "guarantee": [scalar("cpus", cpus)] });
        pool.operator(&json!({ "type": "SET_QUOTA", "set_quota": { "quota_request": request } }))
    };
    let remove = |role: &str| pool.operator(&json!({ "type": "REMOVE_QUOTA", "remove_quota": { "role": role } }));
    assert_eq!(set(1.0).0, 409, "b has more than there is");
    assert_eq!(remove("b").0, 200);
    assert_eq!(set(1.0).0, 200);
    assert_eq!(remove("d").0, 200);
    assert_eq!(remove("d").0, 400);
    // The role is above its limit: it gets nothing more, whatever is free.
    let before = runs.events("OFFERS").len();
    assert_eq!(runs.session().call(json!({ "type": "REVIVE" })).status, 202);
    let witness = holds(&pool, "w");
    let event = witness.hears("another one is offered all", |event| event["type"] == "OFFERS");
    assert_eq!(offered(&event, "cpus"), 3.0, "{event}");
    let since = runs.events("OFFERS");
    assert!(
        since[before..].iter().all(|event| offered(event, "cpus") == 0.0),
        "{since:?}"
    );
}
