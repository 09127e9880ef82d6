//! The examples do what their README says.

use std::{path::Path, process::Command};

use cluster::{Cluster, eventually, left_out, program};
use serde_json::Value;

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

fn example(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).expect("the example is there")).expect("it is JSON")
}

#[test]
fn the_static_site_and_redis_become_healthy() {
    let cluster = Cluster::start(3);
    for (file, instances) in [("static-site.json", 2), ("redis.json", 1)] {
        let app = example(file);
        let id = app["id"].as_str().expect("an id").to_owned();
        cluster.deploy(&app);
        eventually(&format!("{id} is healthy"), Some(instances), || {
            cluster.app(&id)["tasksHealthy"].as_u64()
        });
    }
}

#[test]
fn workers_write_what_they_do() {
    let cluster = Cluster::start(1);
    cluster.deploy(&example("worker.json"));
    for id in cluster.task_ids("/batch/worker") {
        eventually(&format!("{id} works"), true, || {
            cluster.file(&id, "stdout").contains(&format!("{id} item 1"))
        });
    }
}

/// Runs a framework as its README says, but for the address.
fn framework(python: &str, name: &str) {
    let cluster = Cluster::start(1);
    let output = Command::new(python)
        .arg(path("frameworks").join(name))
        .arg(cluster.mesos_address().to_string())
        .output()
        .expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let said: Vec<&str> = text.lines().collect();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let starts = [
        "subscribed as ",
        "launching on ",
        "hello.1 is TASK_STARTING",
        "hello.1 is TASK_RUNNING",
        "hello.1 is TASK_FINISHED",
    ];
    let told = |(line, start): (&&str, &&str)| line.starts_with(start);
    assert!(
        said.len() == starts.len() && said.iter().zip(&starts).all(told),
        "{text}"
    );
    eventually("it has left", 1, || {
        let state = cluster.mesos("GET", "/state", None).json();
        state["frameworks"].as_array().map_or(0, Vec::len)
    });
}

#[test]
fn a_framework_on_nothing_but_python_runs_a_task() {
    framework("python3", "hello_framework.py");
}

#[test]
fn a_framework_on_pymesos_runs_a_task() {
    if !left_out("pymesos") {
        framework(&program("HARMONY_PYTHON_PYMESOS"), "pymesos_framework.py");
    }
}
