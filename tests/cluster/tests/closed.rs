//! Machines that shall take no work: apps keep off them, and are told why they wait.

use std::time::{SystemTime, UNIX_EPOCH};

use cluster::{Cluster, eventually};
use serde_json::{Value, json};

/// Why the app waits: the filters that refuse agents, and the counts.
fn refused(cluster: &Cluster) -> Value {
    let explained = cluster.marathon("GET", "/harmony/v1/explain/web", None).json();
    let rows = explained["refused"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| json!([row["filter"], row["agents"]]))
        .collect::<Vec<_>>()
        .into()
}

fn running(cluster: &Cluster) -> Value {
    cluster.marathon("GET", "/v2/apps//web", None).json()["app"]["tasksRunning"].clone()
}

fn call(cluster: &Cluster, call: &Value) {
    let answer = cluster.mesos("POST", "/api/v1", Some(&call.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// The whole schedule: one machine from a time on, for an hour.
fn schedule(cluster: &Cluster, windows: &Value) {
    let answer = cluster.mesos(
        "POST",
        "/maintenance/schedule",
        Some(&json!({ "windows": windows }).to_string()),
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn apps_keep_off_machines_that_go_into_maintenance_or_are_taken_out() {
    let cluster = Cluster::start(1);
    let slave = cluster.mesos("GET", "/slaves", None).json()["slaves"][0].clone();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let window = |in_seconds: u64| {
        let start = now.as_nanos() as u64 + in_seconds * 1_000_000_000;
        json!([{
            "machine_ids": [{ "hostname": slave["hostname"] }],
            "unavailability": { "start": { "nanoseconds": start }, "duration": { "nanoseconds": 3_600_000_000_000u64 } },
        }])
    };
    schedule(&cluster, &window(60));
    let app = json!({ "id": "/web", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32 });
    assert_eq!(cluster.marathon("POST", "/v2/apps", Some(&app.to_string())).status, 201);
    assert_eq!(refused(&cluster), json!([["maintenance", 1]]));
    assert_eq!(running(&cluster), 0);

    schedule(&cluster, &window(24 * 3600));
    eventually("it is long until then", json!(1), || running(&cluster));

    let agent_id = json!({ "value": slave["id"] });
    call(
        &cluster,
        &json!({ "type": "DEACTIVATE_AGENT", "deactivate_agent": { "agent_id": agent_id } }),
    );
    let more = cluster.marathon("PUT", "/v2/apps//web", Some(&json!({ "instances": 2 }).to_string()));
    assert_eq!(more.status, 200, "{}", more.text);
    eventually("it waits", json!([["deactivated", 1]]), || refused(&cluster));
    call(
        &cluster,
        &json!({ "type": "REACTIVATE_AGENT", "reactivate_agent": { "agent_id": agent_id } }),
    );
    eventually("it goes on", json!(2), || running(&cluster));
}
