//! Programs that nobody here wrote, as they are: mesos-go's tools, which speak protobuf, and a library of Node.js.

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use cluster::{Cluster, Scheduler, eventually, left_out, program, until};
use serde_json::{Value, json};

/// Runs a shell command by `msh`, a scheduler that lives for one task.
fn msh(program: &str, cluster: &Cluster, options: &[&str], shell: &str) -> Output {
    let mut command = Command::new(program);
    command
        .args(["-master", &cluster.mesos_address().to_string()])
        .args(options);
    command.args(["--", "/bin/sh", "-c", shell]).output().expect("msh runs")
}

#[test]
fn msh_runs_commands_and_pods_in_protobuf() {
    if left_out("mesos_go_v1") {
        return;
    }
    let program = program("HARMONY_GO_MSH");
    let cluster = Cluster::start(2);
    for options in [&[][..], &["-pod"][..]] {
        let done = msh(&program, &cluster, options, "exit 0");
        let log = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(0), "{options:?}: {log}");
        for state in ["TASK_RUNNING", "TASK_FINISHED"] {
            assert!(log.contains(state), "{options:?}: {log}");
        }
        let failed = msh(&program, &cluster, options, "exit 7");
        let log = String::from_utf8_lossy(&failed.stderr);
        assert_eq!(failed.status.code(), Some(3), "{options:?}: {log}");
        assert!(
            log.contains("TASK_FAILED") && log.contains("exited with status 7"),
            "{log}"
        );
    }
    eventually("all of them are history", 4, || {
        let state = cluster.mesos("GET", "/state", None).json();
        let gone = state["completed_frameworks"].as_array().cloned().unwrap_or_default();
        gone.iter().filter(|framework| framework["name"] == "msh").count()
    });
}

struct Watch(Child, std::path::PathBuf);

impl Watch {
    fn says(&self, words: &[&str]) -> String {
        until(&words.join(" "), || {
            let text = std::fs::read_to_string(&self.1).unwrap_or_default();
            let line = text.lines().find(|line| words.iter().all(|word| line.contains(word)));
            line.map(str::to_owned)
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn mwatch_sees_what_happens_in_protobuf() {
    if left_out("mesos_go_v1") {
        return;
    }
    let program = program("HARMONY_GO_MWATCH");
    let cluster = Cluster::start(1);
    let log = cluster.dir().join("mwatch.log");
    let address = cluster.mesos_address();
    let child = Command::new(program)
        .args([
            "-master",
            &address.ip().to_string(),
            "-port",
            &address.port().to_string(),
        ])
        .stdout(std::fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("mwatch runs");
    let watch = Watch(child, log);
    eventually("it is subscribed", Some(1.0), || {
        let metrics = cluster.mesos("GET", "/metrics/snapshot", None).json();
        metrics["master/operator_event_stream_subscribers"].as_f64()
    });
    cluster.deploy(&json!({ "id": "/seen", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 1 }));
    let task = cluster.task_ids("/seen").pop().expect("a task");
    watch.says(&["TASK_ADDED", &task, "TASK_STAGING", "cpus:0.1;mem:32"]);
    watch.says(&["TASK_UPDATED", &task, "TASK_RUNNING"]);
    let scheduler = Scheduler::start(
        address,
        &json!({ "framework_info": { "user": "root", "name": "brief", "role": "*" } }),
        |_, _| (),
    );
    let id = scheduler.session().framework_id().to_owned();
    watch.says(&["FRAMEWORK_ADDED", "Name:brief", &id]);
    drop(scheduler);
    watch.says(&["FRAMEWORK_REMOVED", "Name:brief", &id]);
}

#[test]
fn the_example_executor_of_mesos_go_runs_tasks_in_protobuf() {
    if left_out("mesos_go_v1") {
        return;
    }
    let program = program("HARMONY_GO_EXAMPLE_EXECUTOR");
    let cluster = Cluster::start(1);
    let info = json!({ "user": "root", "name": "runs the executor", "role": "*", "checkpoint": true });
    let mut launched = false;
    let scheduler = Scheduler::start(
        cluster.mesos_address(),
        &json!({ "framework_info": info }),
        move |session, event| {
            session.acknowledge(event);
            for offer in event["offers"]["offers"].as_array().into_iter().flatten() {
                if std::mem::replace(&mut launched, true) {
                    session.decline(offer, 3600.0);
                    continue;
                }
                let scalar =
                    |name: &str, value: f64| json!({ "name": name, "type": "SCALAR", "scalar": { "value": value } });
                let resources = json!([scalar("cpus", 0.1), scalar("mem", 32.0)]);
                let executor = json!({
                    "type": "CUSTOM", "executor_id": { "value": "example" }, "resources": resources,
                    "framework_id": { "value": session.framework_id() }, "command": { "value": program.clone() },
                });
                let task = |id: &str| {
                    json!({
                        "name": id, "task_id": { "value": id }, "agent_id": offer["agent_id"],
                        "resources": resources, "executor": executor,
                    })
                };
                let launch = json!({ "type": "LAUNCH", "launch": { "task_infos": [task("one"), task("two")] } });
                session.accept(offer, &[launch], 3600.0);
            }
        },
    );
    for task in ["one", "two"] {
        let wanted = ["TASK_RUNNING", "TASK_FINISHED"].map(str::to_owned).to_vec();
        eventually(task, wanted, || scheduler.states(task));
    }
    let event = scheduler.hears("an update", |event| event["type"] == "UPDATE");
    assert_eq!(event["update"]["status"]["source"], "SOURCE_EXECUTOR", "{event}");
    assert_eq!(event["update"]["status"]["executor_id"]["value"], "example", "{event}");
    let agent = event["update"]["status"]["agent_id"].clone();
    let shutdown = json!({
        "type": "SHUTDOWN", "shutdown": { "executor_id": { "value": "example" }, "agent_id": agent },
    });
    assert_eq!(scheduler.session().call(shutdown).status, 202);
    let failure = scheduler.hears("its end", |event| event["type"] == "FAILURE");
    assert_eq!(failure["failure"]["status"], 0, "it ended by itself: {failure}");
}

#[test]
fn the_node_library_runs_kills_and_leaves() {
    const RUN: [&str; 3] = ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"];
    if left_out("mesos_framework") {
        return;
    }
    let modules = program("HARMONY_NODE_MESOS_FRAMEWORK");
    let cluster = Cluster::start(2);
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/mesos_framework.js"))
        .arg(cluster.mesos_address().to_string())
        .arg(cluster.dir())
        .env("NODE_PATH", modules)
        .stderr(Stdio::null())
        .output()
        .expect("node runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{out}");
    let lines: Vec<Value> = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let states = |task: &str| -> Vec<&str> {
        let of_task = lines.iter().filter(|line| line["task"] == task);
        of_task.filter_map(|line| line["state"].as_str()).collect()
    };
    assert_eq!(states("quick-1"), RUN, "{out}");
    assert_eq!(states("quick-2"), RUN, "{out}");
    assert_eq!(states("long-1").last(), Some(&"TASK_KILLED"), "{out}");
    assert!(!lines.iter().any(|line| line["event"] == "error"), "{out}");
    eventually("it was torn down", false, || {
        let frameworks = cluster.mesos("GET", "/frameworks", None).json();
        let all = frameworks["frameworks"].as_array().cloned().unwrap_or_default();
        all.iter().any(|framework| framework["name"] == "npm-sample")
    });
}
