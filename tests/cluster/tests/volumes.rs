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

/// An agent beside those of `up`, with disks of its own; it ends with the test.
struct Extra(std::process::Child);

impl Extra {
    fn start(cluster: &Cluster, resources: &Value) -> Self {
        let mut command = Command::new(std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN is set"));
        command
            .args([
                "agent",
                "--hostname",
                "extra",
                "--port",
                "0",
                "--plain",
                "--die-with-parent",
            ])
            .args(["--master", &cluster.mesos_address().to_string()])
            .args(["--resources", &resources.to_string(), "--default-role", "db"])
            .arg("--dir")
            .arg(cluster.dir().join("extra"))
            .arg("--join-token-file")
            .arg(cluster.dir().join("master/join-token"))
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null());
        Self(command.spawn().expect("an agent starts"))
    }
}

impl Drop for Extra {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// How many volumes an agent says to have made.
fn made(agent: &Value) -> usize {
    let address = agent["pid"]
        .as_str()
        .and_then(|pid| pid.split_once('@')?.1.parse().ok());
    let state = address.and_then(|address| request(address, "GET", "/state", None).ok());
    let full = state.map_or(Value::Null, |state| {
        state.json()["reserved_resources_full"]["db"].clone()
    });
    let disks = full.as_array().cloned().unwrap_or_default();
    disks
        .iter()
        .filter(|disk| disk["disk"]["persistence"]["id"] == "v")
        .count()
}

#[test]
fn volumes_are_made_on_disks_that_are_reserved_from_the_start() {
    let cluster = Cluster::start(1);
    let (path, mount) = (cluster.dir().join("path"), cluster.dir().join("mount"));
    for dir in [&path, &mount] {
        std::fs::create_dir(dir).expect("a directory");
    }
    let disk = |kind: &str, root: &Path| {
        let kind_of = kind.to_lowercase();
        json!({ "name": "disk", "type": "SCALAR", "scalar": { "value": 64 },
                "disk": { "source": { "type": kind, kind_of: { "root": root } } } })
    };
    let disks = [disk("PATH", &path), disk("MOUNT", &mount)];
    let cpus = json!({ "name": "cpus", "type": "SCALAR", "scalar": { "value": 1 }, "role": "*" });
    let _extra = Extra::start(&cluster, &json!([disks[0], disks[1], cpus]));
    let extra = || {
        let slaves = cluster.mesos("GET", "/state", None).json()["slaves"].clone();
        let slaves = slaves.as_array().cloned().unwrap_or_default();
        slaves.into_iter().find(|agent| agent["hostname"] == "extra")
    };
    let agent = cluster::until("the extra agent", extra);
    assert_eq!(agent["reserved_resources"]["db"]["disk"], json!(128.0));
    assert_eq!(agent["unreserved_resources"]["cpus"], json!(1.0));

    let volume = |disk: &Value, size: f64| {
        let mut volume = disk.clone();
        volume["scalar"]["value"] = json!(size);
        volume["reservations"] = json!([{ "type": "STATIC", "role": "db" }]);
        volume["disk"]["persistence"] = json!({ "id": "v" });
        volume["disk"]["volume"] = json!({ "mode": "RW", "container_path": "data" });
        volume
    };
    let post = |path: &str, field: &str, resources: &Value| {
        let body = format!(
            "slaveId={}&{field}={}",
            agent["id"].as_str().expect("an id"),
            json!([resources])
        );
        cluster.mesos("POST", path, Some(&body)).status
    };
    // A mount is one volume or none, and what is reserved from the start stays so.
    assert_eq!(post("/create-volumes", "volumes", &volume(&disks[1], 32.0)), 409);
    let mut bare = volume(&disks[1], 64.0);
    bare["disk"] = disks[1]["disk"].clone();
    assert_eq!(post("/unreserve", "resources", &bare), 400);
    let on_path = path.join("volumes/roles/db/v");
    for (disk, size, dir, stays) in [(&disks[0], 32.0, &on_path, false), (&disks[1], 64.0, &mount, true)] {
        let volume = volume(disk, size);
        assert_eq!(post("/create-volumes", "volumes", &volume), 202, "{volume}");
        eventually("the volume is made", 1, || made(&agent));
        std::fs::create_dir(dir.join("deep")).expect("a directory");
        assert_eq!(post("/destroy-volumes", "volumes", &volume), 202, "{volume}");
        eventually("the volume is wiped", false, || dir.join("deep").exists());
        eventually("only a mount stays", stays, || dir.exists());
    }
}
