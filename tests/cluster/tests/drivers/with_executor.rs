//! A framework of mesos-go whose executor is on mesos-go too: both ends speak the native protocol, and neither meets the
//! other but by us.

use std::{path::PathBuf, process::Command};

use cluster::{Cluster, Framework, eventually, kill_nine, left_out, program, request};
use serde_json::{Value, json};

fn start(cluster: &Cluster) -> Option<Framework> {
    if left_out("mesos_go") {
        return None;
    }
    let mut command = Command::new(program("HARMONY_GO_MESOS_WITH_EXECUTOR"));
    command.arg(cluster.mesos_address().to_string());
    command.arg(program("HARMONY_GO_MESOS_EXECUTOR"));
    let framework = Framework::run(&mut command);
    for task in ["a", "b"] {
        eventually("the task runs", vec!["TASK_RUNNING".to_owned()], || {
            framework.states(task)
        });
    }
    Some(framework)
}

/// Says something that the executor answers.
fn talk(framework: &mut Framework, text: &str) {
    framework.obey(&format!("say {text}"));
    eventually("the executor answers", true, || {
        let said = framework.events("message");
        said.iter().any(|line| line["text"] == format!("heard {text}"))
    });
}

/// The file with what the executor prints.
fn output(cluster: &Cluster, framework: &Framework) -> PathBuf {
    let state = cluster.mesos("GET", "/state", None).json();
    let agent = state["slaves"][0]["pid"].as_str().unwrap_or_default();
    let agent = agent.trim_start_matches("slave(1)@").parse().expect("an agent");
    let id = framework.events("registered")[0]["framework"].clone();
    let path = format!("/harmony/v1/tasks/{}/b/sandbox", id.as_str().unwrap_or_default());
    let sandbox = request(agent, "GET", &path, None).expect("the agent answers").json();
    let sandboxes = cluster.dir().join("agents/1/slaves");
    sandboxes.join(sandbox["path"].as_str().expect("a path")).join("stdout")
}

#[test]
fn an_executor_on_a_native_driver_outlives_its_agent() {
    let cluster = Cluster::start(1);
    let Some(mut framework) = start(&cluster) else { return };
    for update in framework.events("update") {
        let task = update["task"].as_str().unwrap_or_default();
        assert_eq!(update["data"], format!("data of {task}"), "what the executor was given");
        assert_eq!(update["source"], "SOURCE_EXECUTOR");
    }
    talk(&mut framework, "before");
    let output = output(&cluster, &framework);

    for agent in cluster.agent_pids() {
        kill_nine(agent);
    }
    let said = || std::fs::read_to_string(&output).unwrap_or_default();
    eventually("the executor is back", true, || said().contains("reregistered"));
    talk(&mut framework, "after");
    framework.obey("kill a");
    let states = |state: &str| vec!["TASK_RUNNING".to_owned(), state.to_owned()];
    eventually("the task is killed", states("TASK_KILLED"), || framework.states("a"));
    assert_eq!(framework.states("b"), ["TASK_RUNNING"], "the other goes on");

    framework.obey("stop");
    eventually("the executor was told to shut down", true, || {
        said().contains("shutdown")
    });
    assert_eq!(said().matches("registered sample").count(), 1, "{}", said());
}

#[test]
fn a_scheduler_on_a_native_driver_hears_of_ends() {
    let cluster = Cluster::start(1);
    let Some(mut framework) = start(&cluster) else { return };
    framework.obey("say exit");
    eventually("the executor's end", Some(3 << 8), || {
        framework
            .events("exited")
            .first()
            .and_then(|line| line["status"].as_i64())
    });
    for task in ["a", "b"] {
        eventually("its tasks end with it", vec!["TASK_RUNNING", "TASK_FAILED"], || {
            let states = framework.states(task);
            states.iter().map(|state| known(state)).collect()
        });
    }
    let state = cluster.mesos("GET", "/state", None).json();
    let agent = state["slaves"][0]["id"].clone();
    let call = json!({"type": "MARK_AGENT_GONE", "mark_agent_gone": {"agent_id": {"value": agent}}});
    cluster.mesos("POST", "/api/v1", Some(&call.to_string()));
    eventually("the agent's loss", Some(agent), || {
        let lost: Vec<Value> = framework.events("lost");
        lost.first().map(|line| line["agent"].clone())
    });
}

fn known(state: &str) -> &'static str {
    match state {
        "TASK_RUNNING" => "TASK_RUNNING",
        "TASK_FAILED" => "TASK_FAILED",
        _ => "another",
    }
}
