//! Reservations and persistent volumes outlive tasks, agents and masters.

use std::{path::Path, path::PathBuf, process::Command};

use cluster::{Cluster, eventually, kill_nine, request};
use serde_json::{Value, json};

fn run(cluster: &Cluster, step: &str) -> Vec<Value> {
    let interpreter = "HARMONY_PYTHON_PYMESOS";
    let python =
        std::env::var(interpreter).unwrap_or_else(|_| panic!("{interpreter} is not set: run `cargo xtask test`"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/pymesos_volumes.py");
    let output = Command::new(python)
        .arg(script)
        .args([&cluster.mesos_address().to_string(), step])
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "the framework failed\n{out}\n{err}");
    out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn state_of(lines: &[Value], kind: &str, name: &str) -> String {
    let mut of_it = lines.iter().filter(|line| line[kind] == name);
    let last = of_it.next_back().and_then(|line| line["state"].as_str());
    last.unwrap_or("none").to_owned()
}

fn agent(cluster: &Cluster) -> Value {
    cluster.mesos("GET", "/state", None).json()["slaves"][0].clone()
}

/// Where the agents keep a volume, whichever of them has it.
fn volume_dir(cluster: &Cluster, role: &str, id: &str) -> Option<PathBuf> {
    let agents = std::fs::read_dir(cluster.dir().join("agents")).ok()?;
    agents
        .flatten()
        .map(|agent| agent.path().join("volumes/roles").join(role).join(id))
        .find(|path| path.is_dir())
}

fn skipped() -> bool {
    let skipped = std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos"));
    if skipped {
        println!("left out by HARMONY_SKIP=pymesos");
    }
    skipped
}

#[test]
fn what_a_task_writes_is_there_for_the_next_one() {
    if skipped() {
        return;
    }
    let cluster = Cluster::start(1);
    let lines = run(&cluster, "write");
    assert_eq!(
        state_of(&lines, "operation", "reserve"),
        "OPERATION_FINISHED",
        "{lines:#?}"
    );
    assert_eq!(
        state_of(&lines, "operation", "create"),
        "OPERATION_FINISHED",
        "{lines:#?}"
    );
    assert_eq!(state_of(&lines, "task", "writer"), "TASK_FINISHED", "{lines:#?}");
    let dir = volume_dir(&cluster, "db", "data").expect("the volume has a directory");
    assert_eq!(
        std::fs::read_to_string(dir.join("file")).ok().as_deref(),
        Some("kept\n")
    );

    for pid in cluster.agent_pids() {
        kill_nine(pid);
    }
    kill_nine(cluster.master_pid());
    eventually("the agent is back", 1, || {
        let status = request(cluster.mesos_address(), "GET", "/harmony/v1/status", None);
        status.map_or(0, |answer| answer.json()["agents"]["connected"].as_u64().unwrap_or(0))
    });
    assert_eq!(agent(&cluster)["reserved_resources"]["db"]["disk"], json!(64.0));

    let lines = run(&cluster, "read");
    assert_eq!(state_of(&lines, "task", "reader"), "TASK_FINISHED", "{lines:#?}");
    for (operation, state) in [
        ("reserve", "OPERATION_ERROR"),
        ("create_disk", "OPERATION_ERROR"),
        ("destroy", "OPERATION_FINISHED"),
        ("unreserve", "OPERATION_FINISHED"),
    ] {
        assert_eq!(
            state_of(&lines, "operation", operation),
            state,
            "{operation} {lines:#?}"
        );
    }
    assert_eq!(volume_dir(&cluster, "db", "data"), None);
    assert_eq!(agent(&cluster)["reserved_resources"], json!({}));
}

/// Posts a form as Mesos' documentation does, with the JSON as it is.
fn form(cluster: &Cluster, path: &str, field: &str, resources: &Value) -> u16 {
    let id = agent(cluster)["id"].as_str().expect("an id").to_owned();
    let body = format!("slaveId={id}&{field}={resources}");
    cluster.mesos("POST", path, Some(&body)).status
}

fn call(cluster: &Cluster, call: &Value) -> u16 {
    cluster.mesos("POST", "/api/v1", Some(&call.to_string())).status
}

#[test]
fn an_operator_makes_and_unmakes_volumes() {
    let cluster = Cluster::start(1);
    let stack = json!([{ "type": "DYNAMIC", "role": "eng/db" }]);
    let disk = json!({ "name": "disk", "type": "SCALAR", "scalar": { "value": 32 }, "reservations": stack });
    let mut volume = disk.clone();
    volume["disk"] = json!({
        "persistence": { "id": "v" },
        "volume": { "mode": "RW", "container_path": "data" },
    });
    assert_eq!(form(&cluster, "/reserve", "resources", &json!([disk])), 202);
    assert_eq!(form(&cluster, "/create-volumes", "volumes", &json!([volume])), 202);
    eventually("the volume has a directory", true, || {
        volume_dir(&cluster, "eng db", "v").is_some()
    });
    assert_eq!(form(&cluster, "/unreserve", "resources", &json!([disk])), 409);
    assert_eq!(form(&cluster, "/unreserve", "resources", &json!([volume])), 400);
    assert_eq!(form(&cluster, "/reserve", "volumes", &json!([disk])), 400);
    assert_eq!(form(&cluster, "/reserve", "resources", &json!({})), 400);
    assert_eq!(
        cluster
            .mesos("POST", "/reserve", Some("slaveId=no&resources=[]"))
            .status,
        400
    );

    let agent_id = json!({ "value": agent(&cluster)["id"] });
    let shrink = json!({ "agent_id": agent_id, "volume": volume, "subtract": { "value": 12 } });
    let shrunk = json!({ "type": "SHRINK_VOLUME", "shrink_volume": shrink });
    assert_eq!(call(&cluster, &shrunk), 202);
    // The volume has another size now.
    assert_eq!(call(&cluster, &shrunk), 409);
    volume["scalar"]["value"] = json!(20);
    let destroy = json!({ "agent_id": agent_id, "volumes": [volume] });
    assert_eq!(
        call(
            &cluster,
            &json!({ "type": "DESTROY_VOLUMES", "destroy_volumes": destroy })
        ),
        202
    );
    let unreserve = json!({ "agent_id": agent_id, "resources": [disk] });
    let unreserve = json!({ "type": "UNRESERVE_RESOURCES", "unreserve_resources": unreserve });
    assert_eq!(call(&cluster, &unreserve), 202);
    eventually("the volume is wiped", None, || volume_dir(&cluster, "eng db", "v"));
    assert_eq!(agent(&cluster)["reserved_resources"], json!({}));
}
