//! Resources beyond what an agent offers for sure, to those who can lose them.

use std::{
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use cluster::{ByHand, Cluster, eventually, request, until};
use serde_json::{Value, json};

/// The scheduler, which is killed if it does not end by itself.
struct Scheduler {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Scheduler {
    fn start(cluster: &Cluster, able: &str) -> Self {
        let python = std::env::var("HARMONY_PYTHON_PYMESOS").expect("HARMONY_PYTHON_PYMESOS: run `cargo xtask test`");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/pymesos_revocable.py");
        let mut command = Command::new(python);
        command.arg(script).arg(cluster.mesos_address().to_string()).arg(able);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("python runs");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, lines }
    }

    /// What it says next that has this.
    fn says(&mut self, key: &str, value: &str) -> Value {
        let lines = self.lines.by_ref().map_while(Result::ok);
        let mut lines = lines.filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        let found = lines.find(|line| line[key] == value);
        found.unwrap_or_else(|| panic!("the scheduler never says that {key} is {value}"))
    }

    fn ends(&mut self) {
        assert!(self.child.wait().is_ok_and(|status| status.success()));
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The agent that was started by hand, in a list of agents.
fn extra(list: &Value) -> Value {
    let agents = list.as_array().cloned().unwrap_or_default();
    agents
        .into_iter()
        .find(|agent| agent["hostname"] == "extra")
        .unwrap_or_default()
}

#[test]
fn a_task_on_revocable_cpus_runs_until_they_are_needed() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos")) {
        println!("left out by HARMONY_SKIP=pymesos");
        return;
    }
    let cluster = Cluster::start(1);
    let dir = tempfile::tempdir().expect("a directory");
    let mut agent = ByHand::new(dir.path());
    let resources = "cpus:1;mem:256;ports:[42000-42010]";
    let fixed = [
        ["--resources", resources],
        ["--resource-estimator", "fixed"],
        ["--oversubscribed-resources", "cpus:3"],
    ]
    .concat();
    agent.start(&cluster, &fixed);
    let state = || cluster.mesos("GET", "/state", None).json();
    eventually("the agent has more than it offers for sure", json!([1.0, 3.0]), || {
        let seen = extra(&state()["slaves"])["resources"].clone();
        json!([seen["cpus"], seen["cpus_revocable"]])
    });

    let mut unable = Scheduler::start(&cluster, "unable");
    assert_eq!(unable.says("event", "offer")["revocable"], 0);
    unable.ends();

    let mut able = Scheduler::start(&cluster, "able");
    assert_eq!(able.says("event", "offer")["revocable"], 3.0);
    let mixed = able.says("task", "mixed");
    assert_eq!(
        (&mixed["state"], &mixed["reason"]),
        (&json!("TASK_ERROR"), &json!("REASON_TASK_INVALID"))
    );
    able.says("state", "TASK_RUNNING");
    what_is_used_is_shown(&cluster);

    // Whatever the load is, it is above this threshold.
    let controlled = [
        &fixed[..],
        &[
            "--qos-controller",
            "load",
            "--load-threshold-5min=-1",
            "--qos-correction-interval-min",
            "1secs",
        ],
    ]
    .concat();
    agent.start(&cluster, &controlled);
    let gone = able.says("state", "TASK_GONE");
    assert_eq!(
        (&gone["reason"], &gone["source"]),
        (&json!("REASON_CONTAINER_PREEMPTED"), &json!("SOURCE_AGENT"))
    );
    able.ends();
    let port = extra(&state()["slaves"])["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok());
    let address = SocketAddr::new([127, 0, 0, 1].into(), port.expect("its port"));
    let metrics = until("the agent's metrics", || {
        request(address, "GET", "/metrics/snapshot", None).ok()
    })
    .json();
    assert_eq!(
        (
            &metrics["slave/executors_preempted"],
            &metrics["slave/cpus_revocable_total"]
        ),
        (&json!(1.0), &json!(3.0))
    );
}

/// Two revocable cpus of three are used, and count for no quota.
fn what_is_used_is_shown(cluster: &Cluster) {
    let seen = extra(&cluster.mesos("GET", "/state", None).json()["slaves"]);
    assert_eq!(
        (
            &seen["used_resources"]["cpus"],
            &seen["used_resources"]["cpus_revocable"]
        ),
        (&json!(0.0), &json!(2.0)),
        "{seen}"
    );
    let roles = cluster.mesos("GET", "/roles", None).json()["roles"].clone();
    let of_all = roles
        .as_array()
        .and_then(|all| all.iter().find(|role| role["name"] == "*").cloned());
    let of_all = of_all.expect("the role *");
    assert_eq!(
        (&of_all["allocated"]["cpus"], &of_all["quota"]["consumed"]["cpus"]),
        (&json!(2.0), &Value::Null),
        "{of_all}"
    );
    let call = json!({ "type": "GET_AGENTS" }).to_string();
    let agents = cluster.mesos("POST", "/api/v1", Some(&call)).json()["get_agents"]["agents"].clone();
    let seen = agents
        .as_array()
        .and_then(|all| {
            all.iter()
                .find(|agent| agent["agent_info"]["hostname"] == "extra")
                .cloned()
        })
        .expect("the agent");
    let revocable = |list: &Value| {
        list.as_array()
            .is_some_and(|all| all.iter().any(|r| r["revocable"] == json!({})))
    };
    assert!(
        revocable(&seen["total_resources"]) && revocable(&seen["allocated_resources"]),
        "{seen}"
    );
    assert!(!revocable(&seen["agent_info"]["resources"]), "{seen}");
}
