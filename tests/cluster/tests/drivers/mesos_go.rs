use std::process::Command;

use cluster::{Cluster, eventually};
use serde_json::Value;

fn of<'a>(lines: &'a [Value], driver: &str, event: &str) -> Vec<&'a Value> {
    let lines = lines.iter();
    lines
        .filter(|line| line["driver"] == driver && line["event"] == event)
        .collect()
}

#[test]
fn mesos_go_runs_reconciles_fails_over_kills_and_leaves() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "mesos_go")) {
        println!("left out by HARMONY_SKIP=mesos_go");
        return;
    }
    let program = std::env::var("HARMONY_GO_MESOS").expect("HARMONY_GO_MESOS is not set: run `cargo xtask test`");
    let cluster = Cluster::start(2);
    let master = cluster.mesos_address().to_string();
    let output = Command::new(program)
        .args([&master, "3"])
        .output()
        .expect("the program runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "the framework failed\n{out}\n{err}");
    let lines: Vec<Value> = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();

    let registered = of(&lines, "first", "registered");
    assert_eq!(registered.len(), 1, "{out}");
    assert_eq!(registered[0]["master"], format!("master@{master}"), "{out}");
    let again = of(&lines, "second", "registered");
    assert_eq!(again[0]["framework"], registered[0]["framework"], "{out}");
    for task in ["gosample.0", "gosample.1"] {
        let states: Vec<&Value> = of(&lines, "first", "update")
            .into_iter()
            .filter(|line| line["task"] == task)
            .map(|line| &line["state"])
            .collect();
        assert_eq!(states, ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"], "{out}");
    }
    let ended = of(&lines, "first", "error");
    // Its driver may make the same callback twice.
    let told = |line: &&Value| line["message"] == "Framework failed over";
    assert!(!ended.is_empty() && ended.iter().all(told), "{out}");
    assert!(of(&lines, "second", "error").is_empty(), "{out}");

    // It unregistered: neither is it there any more, nor does anything of it run.
    eventually("it is history", (true, true), || {
        let state = cluster.mesos("GET", "/state", None).json();
        let empty = |key: &str| {
            let frameworks = state[key].as_array().cloned().unwrap_or_default();
            !frameworks
                .iter()
                .any(|framework| framework["name"] == "mesos-go sample")
        };
        (empty("frameworks"), !empty("completed_frameworks"))
    });
}
