//! Schedulers that nobody here wrote run tasks over the v1 API.

use std::{path::Path, process::Command};

use cluster::{Cluster, eventually};
use serde_json::Value;

/// Runs a framework with the interpreter that the variable names, and gives its JSON lines.
fn run(interpreter: &str, script: &str, args: &[&str]) -> Vec<Value> {
    let python =
        std::env::var(interpreter).unwrap_or_else(|_| panic!("{interpreter} is not set: run `cargo xtask test`"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks").join(script);
    let output = Command::new(python)
        .arg(script)
        .args(args)
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "the framework failed\n{out}\n{err}");
    out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn states(lines: &[Value], task: &str) -> Vec<String> {
    let of_task = lines.iter().filter(|line| line["task"] == task);
    of_task
        .filter_map(|line| line["state"].as_str().map(str::to_owned))
        .collect()
}

fn frameworks(cluster: &Cluster) -> Vec<String> {
    let state = cluster.mesos("GET", "/state", None).json();
    let names = |key: &str| state[key].as_array().cloned().unwrap_or_default();
    names("frameworks")
        .iter()
        .filter_map(|framework| framework["name"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn avmesos_runs_tasks_to_their_end() {
    let cluster = Cluster::start(2);
    let master = format!("http://{}", cluster.mesos_address());
    let lines = run("HARMONY_PYTHON_AVMESOS", "avmesos_framework.py", &[&master, "3"]);
    for task in ["sample.0", "sample.1", "sample.2"] {
        assert_eq!(
            states(&lines, task),
            ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"],
            "{lines:#?}"
        );
    }
    eventually("it was torn down", false, || {
        frameworks(&cluster).contains(&"avmesos sample".to_owned())
    });
}

#[test]
fn pymesos_runs_kills_and_reconciles() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos")) {
        println!("left out by HARMONY_SKIP=pymesos");
        return;
    }
    let cluster = Cluster::start(2);
    let master = cluster.mesos_address().to_string();
    let lines = run("HARMONY_PYTHON_PYMESOS", "pymesos_framework.py", &[&master, "3"]);
    assert_eq!(
        states(&lines, "pysample.0"),
        ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"],
        "{lines:#?}"
    );
    let last = states(&lines, "pysample.2");
    assert_eq!(
        (last.first(), last.last()),
        (Some(&"TASK_STARTING".into()), Some(&"TASK_KILLED".into())),
        "{lines:#?}"
    );
    let reconciled = lines
        .iter()
        .filter(|line| line["reason"] == "REASON_RECONCILIATION")
        .count();
    assert_eq!(reconciled, 1, "{lines:#?}");
}
