//! What a user does with apps, on a real cluster.

use cluster::{Cluster, eventually, request, until};
use serde_json::{Value, json};

fn example(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the example is there")).expect("it is JSON")
}

fn body_of(task: &Value) -> Option<String> {
    let address = format!("{}:{}", task["host"].as_str()?, task["ports"][0].as_u64()?)
        .parse()
        .ok()?;
    request(address, "GET", "/", None)
        .ok()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.text)
}

#[test]
fn an_app_runs_scales_and_goes() {
    let cluster = Cluster::start(3);
    cluster.deploy(&example("hello.json"));
    let tasks = cluster.tasks("/hello");
    assert_eq!(tasks.len(), 2);
    for task in &tasks {
        let body = until("an answer", || body_of(task));
        assert!(body.contains("hello from"), "{body}");
    }
    let before = cluster.task_ids("/hello");

    let answer = cluster.marathon("PUT", "/v2/apps//hello", Some(r#"{"instances": 4}"#));
    assert_eq!(answer.status, 200, "{}", answer.text);
    cluster.settle("/hello");
    let after = cluster.task_ids("/hello");
    assert_eq!(after.len(), 4);
    assert!(before.iter().all(|id| after.contains(id)), "scaling restarts nothing");

    let answer = cluster.marathon("DELETE", "/v2/apps//hello", None);
    assert_eq!(answer.status, 200, "{}", answer.text);
    eventually("the app is gone", 404, || {
        cluster.marathon("GET", "/v2/apps//hello", None).status
    });
    eventually("no task is left", 0, || {
        cluster.mesos("GET", "/harmony/v1/tasks", None).json()["items"]
            .as_array()
            .map_or(9, Vec::len)
    });
}

#[test]
fn an_upgrade_behind_a_health_check_never_goes_below_its_floor() {
    let cluster = Cluster::start(3);
    cluster.deploy(&example("rolling-v1.json"));
    eventually("all are healthy", Some(4), || {
        cluster.app("/web/rolling")["tasksHealthy"].as_u64()
    });
    let answer = cluster.marathon(
        "PUT",
        "/v2/apps//web/rolling",
        Some(&example("rolling-v2.json").to_string()),
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    let version = answer.json()["version"].clone();
    until("the upgrade is over", || {
        let answering = cluster
            .tasks("/web/rolling")
            .iter()
            .filter(|task| body_of(task).is_some())
            .count();
        assert!(answering >= 3, "only {answering} of 4 answer, and the floor is 3");
        cluster.app("/web/rolling")["deployments"]
            .as_array()
            .filter(|all| all.is_empty())
            .map(|_| ())
    });
    let tasks = cluster.tasks("/web/rolling");
    assert_eq!(tasks.len(), 4);
    for task in &tasks {
        assert_eq!(task["version"], version);
        assert_eq!(body_of(task).as_deref().map(str::trim), Some("version 2"));
    }
}

#[test]
fn a_task_that_takes_too_much_memory_is_killed_and_says_so() {
    let cluster = Cluster::start(1);
    let answer = cluster.marathon("POST", "/v2/apps", Some(&example("memory-hog.json").to_string()));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let failure = until("a failure", || {
        let failure = cluster.app("/trouble/memory-hog")["lastTaskFailure"].clone();
        (!failure.is_null()).then_some(failure)
    });
    assert_eq!(failure["state"], "TASK_FAILED", "{failure}");
    assert!(
        failure["message"]
            .as_str()
            .is_some_and(|m| m.contains("Memory limit exceeded: Requested: 64MB")),
        "{failure}"
    );
}

#[test]
fn a_crash_loop_backs_off_and_explains_itself() {
    let cluster = Cluster::start(1);
    let answer = cluster.marathon("POST", "/v2/apps", Some(&example("crash-loop.json").to_string()));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let delay = until("a launch delay", || {
        let queue = cluster.marathon("GET", "/v2/queue", None).json();
        queue["queue"][0]["delay"]["timeLeftSeconds"]
            .as_u64()
            .filter(|left| *left > 6)
    });
    assert!(delay <= 60, "{delay}");
    let explained = cluster
        .marathon("GET", "/harmony/v1/explain/trouble/crash-loop", None)
        .json();
    assert_eq!(explained["pending"], 1, "{explained}");
    assert!(
        explained["backoff_remaining_secs"]
            .as_f64()
            .is_some_and(|left| left > 0.0),
        "{explained}"
    );
    let failed = cluster.app("/trouble/crash-loop")["lastTaskFailure"]["message"].clone();
    assert_eq!(failed, "Command exited with status 3");
}

#[test]
fn an_app_that_fits_nowhere_says_why() {
    let cluster = Cluster::start(2);
    let app = json!({ "id": "/huge", "cmd": "sleep 1000", "cpus": 0.1, "mem": 10_000_000, "instances": 1 });
    assert_eq!(cluster.marathon("POST", "/v2/apps", Some(&app.to_string())).status, 201);
    let refused = until("a refusal", || {
        let explained = cluster.marathon("GET", "/harmony/v1/explain/huge", None).json();
        explained["refused"]
            .as_array()
            .filter(|refused| !refused.is_empty())
            .cloned()
    });
    assert_eq!(
        (refused[0]["filter"].as_str(), refused[0]["agents"].as_u64()),
        (Some("mem"), Some(2)),
        "{refused:?}"
    );
}

#[test]
fn one_task_gets_the_environment_the_limits_and_the_user_that_it_asked_for() {
    let cluster = Cluster::start(1);
    let app = json!({
        "id": "/env/check", "instances": 1, "cpus": 0.2, "mem": 64, "user": "nobody",
        "cmd": "env; echo USER=$(id -un) PID1=$(cat /proc/1/comm) HOSTNAME_IS=$(hostname); sleep 1000",
        "env": { "GREETING": "hi there" },
        "portDefinitions": [{ "port": 0, "name": "http" }, { "port": 0 }]
    });
    cluster.deploy(&app);
    let task = cluster.tasks("/env/check").remove(0);
    let id = task["id"].as_str().expect("an id").to_owned();
    let out = until("its output", || {
        let out = cluster.file(&id, "stdout");
        out.contains("USER=").then_some(out)
    });
    let ports: Vec<u64> = task["ports"]
        .as_array()
        .expect("ports")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    for line in [
        "GREETING=hi there".to_owned(),
        "MARATHON_APP_ID=/env/check".to_owned(),
        format!("MESOS_TASK_ID={id}"),
        format!("HOST={}", task["host"].as_str().expect("a host")),
        format!("PORT0={}", ports[0]),
        format!("PORT_HTTP={}", ports[0]),
        format!("PORTS={},{}", ports[0], ports[1]),
        "USER=nobody".to_owned(),
    ] {
        assert!(
            out.lines().any(|found| found.starts_with(&line)),
            "{line} is missing in:\n{out}"
        );
    }
    assert!(!out.contains("CARGO"), "nothing is inherited:\n{out}");
}
