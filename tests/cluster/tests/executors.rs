//! Executors that nobody here wrote run the tasks of their frameworks over the v1 API.

use std::path::Path;

use cluster::{Cluster, Framework, eventually, kill_nine, named, until};
use serde_json::{Value, json};

fn pymesos(cluster: &Cluster) -> Option<Framework> {
    pymesos_in(cluster, "*")
}

fn pymesos_in(cluster: &Cluster, role: &str) -> Option<Framework> {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos")) {
        println!("left out by HARMONY_SKIP=pymesos");
        return None;
    }
    let master = cluster.mesos_address().to_string();
    let framework = Framework::start("HARMONY_PYTHON_PYMESOS", "pymesos_with_executor.py", &[&master, role]);
    for task in ["long.0", "long.1"] {
        eventually("the task runs", vec!["TASK_RUNNING".to_owned()], || {
            framework.states(task)
        });
    }
    eventually(
        "the task ends",
        vec!["TASK_RUNNING".to_owned(), "TASK_FINISHED".to_owned()],
        || framework.states("quick.0"),
    );
    Some(framework)
}

fn framework(cluster: &Cluster) -> Value {
    let state = cluster.mesos("GET", "/state", None).json();
    state["frameworks"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|framework| framework["name"] == "pymesos with executor")
        .cloned()
        .unwrap_or_default()
}

/// The first agent's own address.
fn agent(cluster: &Cluster) -> std::net::SocketAddr {
    let state = cluster.mesos("GET", "/state", None).json();
    let pid = state["slaves"][0]["pid"].as_str().expect("an agent").to_owned();
    let (_, address) = pid.split_once('@').expect("slave(1)@address");
    address.parse().expect("an address")
}

/// A file of a task, by the task's name.
fn file_of(cluster: &Cluster, task: &str, name: &str) -> String {
    let id = framework(cluster)["id"].as_str().expect("it is subscribed").to_owned();
    let path = format!("/harmony/v1/tasks/{id}/{task}/sandbox");
    let sandbox = cluster::request(agent(cluster), "GET", &path, None)
        .expect("the agent answers")
        .json();
    let path = format!(
        "/files/download?path={}/{name}",
        sandbox["path"].as_str().expect("a path")
    );
    cluster::request(agent(cluster), "GET", &path, None)
        .expect("the agent answers")
        .text
}

#[test]
fn bad_calls_of_executors_are_refused_in_mesos_words() {
    let cluster = Cluster::start(1);
    let address = agent(&cluster);
    let ask = |body: &str| {
        let answer = cluster::request(address, "POST", "/api/v1/executor", Some(body)).expect("the agent answers");
        (answer.status, answer.text)
    };
    let unknown = |kind: &str| {
        format!(r#"{{"type":"{kind}","framework_id":{{"value":"f"}},"executor_id":{{"value":"e"}},"subscribe":{{}}}}"#)
    };
    assert_eq!(ask(&unknown("SUBSCRIBE")), (400, "Executor cannot be found".to_owned()));
    let (status, why) = ask("{");
    assert!(
        status == 400 && why.starts_with("Failed to parse body into JSON"),
        "{status} {why}"
    );
    let (status, why) = ask(r#"{"type":"SUBSCRIBE"}"#);
    assert!(status == 400 && why.contains("executor_id"), "{status} {why}");
    let (status, why) = ask(&unknown("UPDATE"));
    assert_eq!(
        (status, why.as_str()),
        (
            400,
            "Failed to validate executor::Call: Expecting 'update' to be present"
        )
    );
}

#[test]
fn one_executor_runs_many_tasks_and_talks_with_its_scheduler() {
    let cluster = Cluster::start(1);
    let Some(mut pymesos) = pymesos(&cluster) else { return };
    let first = pymesos.lines()[0].clone();
    assert_eq!(
        (&first["executor"], &first["data"]),
        (&"sample".into(), &"from the executor".into())
    );
    let seen = framework(&cluster);
    assert_eq!(seen["executors"][0]["executor_id"], "sample", "{seen:#}");
    assert_eq!(seen["tasks"][0]["executor_id"], "sample");
    let cpus = seen["used_resources"]["cpus"].as_f64().unwrap_or_default();
    assert!(
        (cpus - 0.3).abs() < 1e-6,
        "two tasks and the executor once, not {cpus} cpus"
    );
    let pid = pymesos.echo("hello");
    assert!(Path::new(&format!("/proc/{pid}")).exists());
    assert!(
        file_of(&cluster, "long.1", "stdout").contains("started in"),
        "the task is found by its name"
    );
    shown_by_master_and_agent(&cluster);
    pymesos.obey("kill long.0");
    eventually("the executor kills a task", Some("TASK_KILLED".to_owned()), || {
        pymesos.states("long.0").pop()
    });
    assert_eq!(pymesos.states("long.1"), ["TASK_RUNNING"]);
}

/// The answer of a call of the v1 operator API.
fn ask(address: std::net::SocketAddr, call: &Value) -> Value {
    let answer = cluster::request(address, "POST", "/api/v1", Some(&call.to_string()));
    answer.expect("an answer").json()
}

fn shown_by_master_and_agent(cluster: &Cluster) {
    let call = json!({ "type": "GET_EXECUTORS" });
    for address in [cluster.mesos_address(), agent(cluster)] {
        let shown = ask(address, &call);
        let executors = shown["get_executors"]["executors"].as_array().expect("a list");
        let info = &executors[0]["executor_info"];
        assert_eq!(executors.len(), 1, "{shown:#}");
        assert_eq!(
            (&info["executor_id"]["value"], &info["type"]),
            (&json!("sample"), &json!("CUSTOM")),
            "{shown:#}"
        );
        assert_eq!(info["framework_id"]["value"], framework(cluster)["id"]);
    }
    let get = |path: &str| {
        cluster::request(agent(cluster), "GET", path, None)
            .expect("an answer")
            .json()
    };
    let shown = get("/state")["frameworks"][0].clone();
    let executor = &shown["executors"][0];
    assert_eq!(
        (&shown["name"], &executor["id"], &executor["type"]),
        (&json!("pymesos with executor"), &json!("sample"), &json!("CUSTOM")),
        "{shown:#}"
    );
    let tasks = executor["tasks"].as_array().map(Vec::len);
    assert_eq!(
        (tasks, &executor["tasks"][0]["executor_id"]),
        (Some(2), &json!("sample"))
    );
    let cpus = executor["resources"]["cpus"].as_f64().unwrap_or_default();
    assert!((cpus - 0.3).abs() < 1e-6, "{executor:#}");
    for path in ["/containers", "/monitor/statistics"] {
        let shown = get(path);
        assert_eq!(
            (shown.as_array().map(Vec::len), &shown[0]["executor_id"]),
            (Some(1), &json!("sample"))
        );
        assert!(shown[0]["statistics"]["mem_rss_bytes"].as_u64() > Some(0), "{shown:#}");
    }
    let metrics = get("/metrics/snapshot");
    let counts = ["slave/executors_running", "slave/tasks_running"].map(|name| metrics[name].as_f64());
    assert_eq!(counts, [Some(1.0), Some(2.0)]);
}

#[test]
fn an_executor_outlives_its_agent() {
    let cluster = Cluster::start(1);
    let Some(mut pymesos) = pymesos(&cluster) else { return };
    let pid = pymesos.echo("before");
    for agent in cluster.agent_pids() {
        kill_nine(agent);
    }
    // It is there again when the executor answers; what is said before that is lost, as it is in Mesos.
    let after = until("the executor is back", || {
        pymesos.obey("say echo after");
        let lines = pymesos.lines();
        let texts = lines.iter().filter_map(|line| line["text"].as_str());
        texts
            .filter_map(|text| text.strip_prefix("echoed echo after by ")?.parse::<u32>().ok())
            .next()
    });
    assert_eq!(after, pid, "the same process");
    pymesos.obey("say finish");
    for task in ["long.0", "long.1"] {
        let whole = vec!["TASK_RUNNING".to_owned(), "TASK_FINISHED".to_owned()];
        eventually("nothing is lost", whole, || pymesos.states(task));
    }
}

/// Reserves disk for a role and makes a volume of it.
fn make_volume(cluster: &Cluster, role: &str, id: &str) {
    let slave = cluster.mesos("GET", "/state", None).json()["slaves"][0]["id"].clone();
    let mut disk = json!({
        "name": "disk", "type": "SCALAR", "scalar": { "value": 32 },
        "reservations": [{ "type": "DYNAMIC", "role": role }],
    });
    let form = |path: &str, field: &str, resource: &Value| {
        let body = format!("slaveId={}&{field}=[{resource}]", slave.as_str().unwrap_or_default());
        assert_eq!(cluster.mesos("POST", path, Some(&body)).status, 202, "{path} {id}");
    };
    form("/reserve", "resources", &disk);
    disk["disk"] = json!({
        "persistence": { "id": id },
        "volume": { "mode": "RW", "container_path": format!("of-{id}") },
    });
    form("/create-volumes", "volumes", &disk);
}

#[test]
fn volumes_of_an_executor_and_of_its_tasks_are_in_its_sandbox() {
    let cluster = Cluster::start(1);
    for id in ["sample", "long.1"] {
        make_volume(&cluster, "db", id);
    }
    let Some(mut pymesos) = pymesos_in(&cluster, "db") else {
        return;
    };
    for id in ["sample", "long.1"] {
        pymesos.obey(&format!("say write of-{id}/file"));
        let agents = std::fs::read_dir(cluster.dir().join("agents")).expect("agents");
        let place = Path::new("volumes/roles/db").join(id).join("file");
        let places: Vec<_> = agents.flatten().map(|agent| agent.path().join(&place)).collect();
        eventually("what is written is in the volume", Some("kept".to_owned()), || {
            places.iter().find_map(|place| std::fs::read_to_string(place).ok())
        });
    }
}

#[test]
fn the_end_of_an_executor_is_the_end_of_its_tasks() {
    let cluster = Cluster::start(1);
    let Some(mut pymesos) = pymesos(&cluster) else { return };
    pymesos.obey("say die");
    for task in ["long.0", "long.1"] {
        eventually("the task fails", Some("TASK_FAILED".to_owned()), || {
            pymesos.states(task).pop()
        });
    }
    let lines = pymesos.lines();
    let last = lines
        .iter()
        .rfind(|line| line["task"] == "long.0")
        .expect("it was told");
    assert_eq!(last["reason"], "REASON_EXECUTOR_TERMINATED");
    let lost = until("the scheduler hears of it", || {
        let lines = pymesos.lines();
        lines.into_iter().find(|line| line["event"] == "executor lost")
    });
    assert_eq!(lost["status"], 3 << 8);
    eventually("it uses nothing", 0.0, || {
        framework(&cluster)["used_resources"]["cpus"].as_f64().unwrap_or(-1.0)
    });
}

#[test]
fn an_executor_ends_with_its_framework() {
    let cluster = Cluster::start(1);
    let Some(mut pymesos) = pymesos(&cluster) else { return };
    let pid = pymesos.echo("here");
    pymesos.obey("stop");
    eventually("its process ends", false, || {
        named(&["pymesos_executor.py"]).contains(&pid)
    });
}

fn over(group: &Framework, tasks: &[(&str, &str)]) {
    for (task, state) in tasks {
        eventually(task, Some((*state).to_owned()), || group.states(task).pop());
    }
    until("the executor ends with them", || {
        let lines = group.lines();
        lines
            .into_iter()
            .find(|line| line["event"] == "failure" && line["status"] == 0)
    });
}

#[test]
fn a_group_runs_to_its_end() {
    let cluster = Cluster::start(1);
    let group = Framework::group(&cluster, &["echo one; env", "test -d ../../containers"]);
    over(&group, &[("task.0", "TASK_FINISHED"), ("task.1", "TASK_FINISHED")]);
    assert_eq!(
        group.states("task.0"),
        ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"]
    );
    assert!(
        group
            .lines()
            .iter()
            .all(|line| line["task"].is_null() || line["executor"] == "group")
    );
}

#[test]
fn a_group_fails_with_its_first_task() {
    let cluster = Cluster::start(1);
    let group = Framework::group(&cluster, &["sleep 1000", "exit 7"]);
    over(&group, &[("task.0", "TASK_KILLED"), ("task.1", "TASK_FAILED")]);
}

#[test]
fn a_group_is_killed_with_any_of_its_tasks() {
    let cluster = Cluster::start(1);
    let mut group = Framework::group(&cluster, &["sleep 1000", "sleep 1000"]);
    for task in ["task.0", "task.1"] {
        eventually(task, Some("TASK_RUNNING".to_owned()), || group.states(task).pop());
    }
    let containers = |nested: bool| {
        let call = json!({ "type": "GET_CONTAINERS", "get_containers": { "show_nested": nested } });
        let shown = ask(agent(&cluster), &call)["get_containers"]["containers"].clone();
        shown.as_array().cloned().unwrap_or_default()
    };
    let (outer, all) = (containers(false), containers(true));
    assert_eq!((outer.len(), all.len()), (1, 3), "{all:#?}");
    for inner in &all[1..] {
        assert_eq!(inner["container_id"]["parent"], outer[0]["container_id"], "{inner:#}");
        assert_eq!(inner["executor_id"]["value"], "group");
    }
    assert!(
        outer[0]["resource_statistics"]["mem_rss_bytes"].is_number(),
        "{outer:#?}"
    );
    for agent in cluster.agent_pids() {
        kill_nine(agent);
    }
    group.obey("kill task.1");
    over(&group, &[("task.0", "TASK_KILLED"), ("task.1", "TASK_KILLED")]);
}

#[test]
fn a_scheduler_shuts_an_executor_down() {
    let cluster = Cluster::start(1);
    let mut group = Framework::group(&cluster, &["sleep 1000", "sleep 1000"]);
    eventually("it runs", Some("TASK_RUNNING".to_owned()), || {
        group.states("task.0").pop()
    });
    group.obey("shutdown");
    over(&group, &[("task.0", "TASK_KILLED"), ("task.1", "TASK_KILLED")]);
}

#[test]
fn a_group_that_does_not_fit_is_refused_as_a_whole() {
    let cluster = Cluster::start(1);
    let many: Vec<String> = (0..2000).map(|number| format!("sleep {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let group = Framework::group(&cluster, &many);
    let all = || group.lines().len() == many.len();
    until("all are refused", || all().then_some(()));
    for line in group.lines() {
        assert_eq!(
            (&line["state"], &line["reason"]),
            (&"TASK_ERROR".into(), &"REASON_TASK_GROUP_INVALID".into())
        );
    }
}
