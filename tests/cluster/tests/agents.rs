//! What operators do to agents and machines, and what schedulers hear of it.

use std::{path::Path, process::Command};

use cluster::{ByHand, Cluster, eventually, kill_nine, named, until};
use serde_json::{Value, json};

fn operator(cluster: &Cluster, call: &Value) -> u16 {
    cluster.mesos("POST", "/api/v1", Some(&call.to_string())).status
}

/// An agent in `/state`.
fn agent(cluster: &Cluster, id: &str) -> Value {
    let state = cluster.mesos("GET", "/state", None).json();
    let agents = state["slaves"].as_array().cloned().unwrap_or_default();
    agents.into_iter().find(|agent| agent["id"] == id).unwrap_or_default()
}

fn places(cluster: &Cluster, app: &str) -> Vec<String> {
    let tasks = cluster.tasks(app);
    let running = tasks.iter().filter(|task| task["state"] == "TASK_RUNNING");
    running
        .filter_map(|task| task["slaveId"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn a_drained_agent_loses_its_tasks_to_others_and_gets_none_until_it_is_reactivated() {
    let cluster = Cluster::start(2);
    cluster.deploy(&json!({ "id": "/web", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 4 }));
    let drained = places(&cluster, "/web").first().cloned().expect("an instance runs");
    let id = json!({ "value": drained });
    let drain = json!({
        "type": "DRAIN_AGENT",
        "drain_agent": { "agent_id": id, "max_grace_period": { "seconds": 2 } },
    });
    let reactivate = json!({ "type": "REACTIVATE_AGENT", "reactivate_agent": { "agent_id": id } });
    assert_eq!(operator(&cluster, &reactivate), 400, "it is not deactivated");
    assert_eq!(operator(&cluster, &drain), 200);
    let state = || agent(&cluster, &drained)["drain_info"]["state"].clone();
    eventually("the agent is drained", json!("DRAINED"), state);
    eventually("four instances run elsewhere", (4, false), || {
        let places = places(&cluster, "/web");
        (places.len(), places.contains(&drained))
    });
    kill_nine(cluster.master_pid());
    until("the new master knows it", || {
        let address = cluster.mesos_address();
        let status = cluster::request(address, "GET", "/harmony/v1/status", None).ok()?;
        (status.json()["agents"]["drained"] == 1).then_some(())
    });
    let seen = agent(&cluster, &drained);
    assert_eq!(
        (
            &seen["deactivated"],
            &seen["drain_info"]["config"]["max_grace_period"]["nanoseconds"]
        ),
        (&json!(true), &json!(2_000_000_000_i64)),
        "{seen}"
    );
    assert_eq!(operator(&cluster, &reactivate), 200);
    cluster.ready();
    let seen = agent(&cluster, &drained);
    assert_eq!((&seen["active"], &seen["drain_info"]), (&json!(true), &Value::Null));
}

#[test]
fn an_agent_that_is_drained_for_good_is_gone() {
    let cluster = Cluster::start(2);
    cluster.deploy(&json!({ "id": "/web", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 2 }));
    let gone = places(&cluster, "/web").first().cloned().expect("an instance runs");
    let drain = json!({
        "type": "DRAIN_AGENT",
        "drain_agent": { "agent_id": { "value": gone }, "mark_gone": true },
    });
    assert_eq!(operator(&cluster, &drain), 200);
    eventually("the agent is gone", Value::Null, || agent(&cluster, &gone));
    eventually("both instances run elsewhere", (2, false), || {
        let places = places(&cluster, "/web");
        (places.len(), places.contains(&gone))
    });
}

#[test]
fn a_scheduler_is_asked_to_leave_a_machine_that_goes_down() {
    let cluster = Cluster::start(2);
    let python = std::env::var("HARMONY_PYTHON_AVMESOS").expect("HARMONY_PYTHON_AVMESOS: run `cargo xtask test`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/maintenance_framework.py");
    let output = Command::new(python)
        .arg(script)
        .arg(cluster.mesos_address().to_string())
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{out}\n{err}");
    let lines: Vec<Value> = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let said = |key: &str, value: &str| {
        lines
            .iter()
            .filter(|line| line[key] == value)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(said("operator", "twice")[0]["status"], 400, "{out}");
    assert_eq!(said("operator", "schedule")[0]["status"], 200, "{out}");
    assert_eq!(said("operator", "read")[0]["same"], true, "{out}");
    assert!(
        said("heard", "OFFER")
            .iter()
            .any(|offer| offer["unavailability"] == true),
        "{out}"
    );
    assert_eq!(said("heard", "INVERSE_OFFER").len(), 2, "{out}");
    let status = said("operator", "status");
    assert_eq!(status[0]["answers"], json!(["DECLINE"]), "{out}");
    assert_eq!(status[1]["answers"], json!(["ACCEPT"]), "{out}");
    assert_eq!(status[2]["down"].as_array().map(Vec::len), Some(1), "{out}");
    let last = said("heard", "UPDATE").pop().expect("updates");
    assert_eq!(
        (&last["state"], &last["reason"]),
        (&json!("TASK_GONE"), &json!("REASON_AGENT_REMOVED")),
        "{out}"
    );
    assert_eq!(said("operator", "up")[0]["status"], 200, "{out}");
    cluster.ready();
}

#[test]
fn a_master_whose_journal_is_an_old_copy_takes_a_later_epoch_than_its_agents_saw() {
    let mut cluster = Cluster::start(2);
    cluster.deploy(&json!({ "id": "/web", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 2 }));
    let (journal, copy) = (cluster.dir().join("master/journal"), cluster.dir().join("copy"));
    let epoch = |cluster: &Cluster| cluster.mesos("GET", "/harmony/v1/status", None).json()["epoch"].as_u64();
    let halt = |cluster: &mut Cluster| {
        kill_nine(cluster.up_pid());
        cluster.wait_up();
        let dir = cluster.dir().to_string_lossy().into_owned();
        eventually("no daemon is left", true, || {
            named(&["--dir", &dir, "--die-with-parent"]).is_empty()
        });
    };
    halt(&mut cluster);
    copied(&journal, &copy);
    cluster.up();
    kill_nine(cluster.master_pid());
    until("the third leadership", || {
        let answer = cluster::request(cluster.mesos_address(), "GET", "/harmony/v1/status", None).ok()?;
        (answer.json()["epoch"] == 3).then_some(())
    });
    cluster.ready();
    let before = cluster.task_ids("/web");
    halt(&mut cluster);
    std::fs::remove_dir_all(&journal).expect("the journal is lost");
    copied(&copy, &journal);
    cluster.up();
    assert!(epoch(&cluster) > Some(3), "{:?}", epoch(&cluster));
    cluster.settle("/web");
    assert_eq!(cluster.task_ids("/web"), before, "the tasks go on");
    assert_eq!(
        cluster
            .marathon("PUT", "/v2/apps//web", Some(r#"{"instances": 3}"#))
            .status,
        200
    );
    cluster.settle("/web");
}

/// Copies a directory with all that is in it.
fn copied(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "{} is copied",
        from.display()
    );
}

#[test]
fn an_agent_changes_what_it_is_and_keeps_its_id_and_tasks() {
    let cluster = Cluster::start(1);
    let dir = tempfile::tempdir().expect("a directory");
    let mut extra = ByHand::new(dir.path());
    let ports = "ports:[41000-41010]";
    extra.start(
        &cluster,
        &[
            "--resources",
            &format!("cpus:2;mem:256;{ports}"),
            "--attributes",
            "kind:extra",
        ],
    );
    extra.says("linked");
    cluster.deploy(&json!({
        "id": "/web", "cmd": "exec sleep 1000", "cpus": 1, "mem": 64, "constraints": [["kind", "CLUSTER", "extra"]],
    }));
    let before = cluster.task_ids("/web");
    let id = places(&cluster, "/web").first().cloned().expect("an instance runs");
    extra.start(&cluster, &["--resources", &format!("cpus:0.5;mem:256;{ports}")]);
    extra.says("cpus:0.5 is missing");
    extra.start(
        &cluster,
        &[
            "--resources",
            &format!("cpus:3;mem:256;{ports}"),
            "--reconfiguration-policy",
            "equal",
        ],
    );
    extra.says("--reconfiguration-policy=equal");
    extra.start(
        &cluster,
        &[
            "--resources",
            &format!("cpus:3;mem:128;{ports}"),
            "--attributes",
            "kind:other",
            "--region",
            "eu",
            "--zone",
            "eu-1",
        ],
    );
    extra.says("linked");
    let seen = until("the agent is what it says", || {
        let seen = agent(&cluster, &id);
        (seen["resources"]["cpus"] == 3.0).then_some(seen)
    });
    assert_eq!(
        (
            &seen["attributes"]["kind"],
            &seen["domain"]["fault_domain"]["zone"]["name"]
        ),
        (&json!("other"), &json!("eu-1")),
        "{seen}"
    );
    assert_eq!(cluster.task_ids("/web"), before, "the task is the same");
    assert_eq!(cluster.marathon("DELETE", "/v2/apps//web", None).status, 200);
    eventually("its task is over", 0, || {
        cluster.mesos("GET", "/state", None).json()["frameworks"][0]["tasks"]
            .as_array()
            .map_or(9, Vec::len)
    });
}
