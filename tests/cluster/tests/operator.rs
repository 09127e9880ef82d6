//! The operator API and the older endpoints, as operators and their tools use them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use cluster::{Cluster, eventually, request, until};
use serde_json::{Value, json};

fn call(address: SocketAddr, body: &Value) -> (u16, Value) {
    let answer = request(address, "POST", "/api/v1", Some(&body.to_string())).expect("an answer");
    let value = serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text));
    (answer.status, value)
}

fn agent_address(cluster: &Cluster) -> SocketAddr {
    let slaves = cluster.mesos("GET", "/slaves", None).json();
    let pid = slaves["slaves"][0]["pid"].as_str().expect("a pid").to_owned();
    let (_, address) = pid.split_once('@').expect("name@address");
    address.parse().expect("an address")
}

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn pymesos_asks_and_watches() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos")) {
        println!("left out by HARMONY_SKIP=pymesos");
        return;
    }
    let cluster = Cluster::start(2);
    let python = std::env::var("HARMONY_PYTHON_PYMESOS").expect("HARMONY_PYTHON_PYMESOS is not set");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("frameworks/pymesos_operator.py");
    let mut command = Command::new(python);
    command.arg(script).arg(cluster.mesos_address().to_string());
    command.arg(agent_address(&cluster).to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut operator = Running(command.spawn().expect("python runs"));
    let (heard, lines) = mpsc::channel();
    let output = operator.0.stdout.take().expect("its output");
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            drop(heard.send(serde_json::from_str::<Value>(&line).unwrap_or_default()));
        }
    });
    let mut said: Vec<Value> = Vec::new();
    let mut say = |what: &str, wanted: &dyn Fn(&Value) -> bool| -> Value {
        until(what, || {
            while let Ok(line) = lines.recv_timeout(Duration::from_millis(50)) {
                said.push(line);
            }
            said.iter().find(|line| wanted(line)).cloned()
        })
    };
    say("the stream has begun", &|line| {
        line["event"] == "subscribed" && line["agents"] == 2
    });
    let app = json!({ "id": "/watched", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 1 });
    cluster.deploy(&app);
    let added = say("a task is added", &|line| line["event"] == "task_added");
    say("it runs", &|line| {
        line["event"] == "task_updated" && line["task"] == added["task"] && line["state"] == "TASK_RUNNING"
    });
    let of = |who: &str, name: &str| -> Value {
        let line = said.iter().find(|line| line["of"] == who && line["call"] == name);
        line.map(|line| line["answer"].clone()).unwrap_or_default()
    };
    assert_eq!(of("master", "getHealth")["get_health"]["healthy"], true);
    assert_eq!(
        of("master", "getVersion")["get_version"]["version_info"]["version"],
        "1.11.0"
    );
    let agents = of("master", "getAgents")["get_agents"]["agents"].clone();
    assert_eq!(agents.as_array().map(Vec::len), Some(2), "{agents}");
    assert_eq!(
        of("master", "getFrameworks")["get_frameworks"]["frameworks"][0]["framework_info"]["name"],
        "marathon"
    );
    assert_eq!(of("master", "getRoles")["get_roles"]["roles"][0]["name"], "*");
    assert_eq!(of("master", "getLoggingLevel again")["get_logging_level"]["level"], 1);
    assert_eq!(of("agent", "getHealth")["get_health"]["healthy"], true);
    assert_eq!(of("agent", "getState")["type"], "GET_STATE");
    drop(operator);
}

#[test]
fn bad_calls_are_told_what_is_wrong() {
    let cluster = Cluster::start(1);
    let master = cluster.mesos_address();
    let agent = agent_address(&cluster);
    for address in [master, agent] {
        for (body, status, text) in [
            (json!({}), 400, "Expecting 'type' to be present"),
            (
                json!({ "type": "READ_FILE" }),
                400,
                "Expecting 'read_file' to be present",
            ),
            (
                json!({ "type": "READ_FILE", "read_file": { "path": "/none", "offset": 0 } }),
                404,
                "no file '/none'",
            ),
            (
                json!({ "type": "READ_FILE", "read_file": { "path": "x" } }),
                400,
                "read_file.offset",
            ),
            (json!({ "type": "UNKNOWN" }), 501, ""),
            (json!("GET_HEALTH"), 400, "Failed to convert JSON into Call protobuf"),
        ] {
            let (found, answer) = call(address, &body);
            let answer = answer.as_str().unwrap_or_default().to_owned();
            assert_eq!((found, answer.contains(text)), (status, true), "{body}: {answer}");
        }
        let malformed = request(address, "POST", "/api/v1", Some("{\"type\":")).expect("an answer");
        assert_eq!(malformed.status, 400, "{}", malformed.text);
        assert_eq!(request(address, "GET", "/api/v1", None).expect("an answer").status, 405);
        let long = format!("{{\"type\":\"{}\"}}", "x".repeat(9 << 20));
        // The connection may be closed before all of it is sent.
        assert!(
            request(address, "POST", "/api/v1", Some(&long)).is_ok_and(|answer| answer.status == 413) || {
                call(address, &json!({ "type": "GET_HEALTH" })).0 == 200
            }
        );
    }
    let (status, answer) = call(
        master,
        &json!({ "type": "TEARDOWN", "teardown": { "framework_id": { "value": "none" } } }),
    );
    assert_eq!((status, answer), (400, json!("No framework found with specified ID")));
    let teardown = request(master, "POST", "/teardown", Some("frameworkId=none")).expect("an answer");
    assert_eq!(
        (teardown.status, teardown.text.as_str()),
        (400, "No framework found with specified ID")
    );
}

#[test]
fn the_older_endpoints_agree_with_each_other() {
    let cluster = Cluster::start(2);
    cluster.deploy(&json!({ "id": "/old", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 3 }));
    let get = |path: &str| cluster.mesos("GET", path, None).json();
    let state = get("/master/state");
    let tasks = state["frameworks"][0]["tasks"].as_array().expect("tasks");
    assert_eq!(
        (tasks.len(), state["activated_slaves"].as_f64()),
        (3, Some(2.0)),
        "{state}"
    );
    assert_eq!(
        get("/frameworks?framework_id=marathon")["frameworks"],
        state["frameworks"]
    );
    assert_eq!(get("/frameworks?framework_id=none")["frameworks"], json!([]));
    let summary = get("/state-summary");
    assert_eq!(summary["frameworks"][0]["TASK_RUNNING"], 3, "{summary}");
    let running = |agent: &Value| agent["TASK_RUNNING"].as_u64().unwrap_or(0);
    assert_eq!(
        summary["slaves"]
            .as_array()
            .expect("agents")
            .iter()
            .map(running)
            .sum::<u64>(),
        3
    );
    let id = state["slaves"][1]["id"].as_str().expect("an id").to_owned();
    let slaves = get(&format!("/slaves?slave_id={id}"));
    assert_eq!(
        (&slaves["slaves"][0]["id"], slaves["slaves"].as_array().map(Vec::len)),
        (&json!(id), Some(1))
    );
    let by_time = get("/tasks?order=asc");
    let newest = get("/tasks?limit=1");
    assert_eq!(newest["tasks"][0], by_time["tasks"][2]);
    assert_eq!(get("/tasks?order=asc&offset=2")["tasks"], json!([by_time["tasks"][2]]));
    let task = by_time["tasks"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        get(&format!("/tasks?task_id={task}"))["tasks"],
        json!([by_time["tasks"][0]])
    );
    assert_eq!(get("/roles")["roles"][0]["frameworks"], json!(["marathon"]));
    let metrics = get("/metrics/snapshot");
    assert_eq!(
        (&metrics["master/tasks_running"], &metrics["master/slave_registrations"]),
        (&json!(3.0), &json!(2.0))
    );
    let script = cluster.mesos("GET", "/flags?jsonp=show", None);
    assert!(
        script.text.starts_with("show({\"flags\":{") && script.text.ends_with("});"),
        "{}",
        script.text
    );
    let agent = agent_address(&cluster);
    let of_agent = |path: &str| request(agent, "GET", path, None).expect("an answer").json();
    let executor = of_agent("/slave(1)/state")["frameworks"][0]["executors"][0].clone();
    let directory = executor["directory"].as_str().expect("a directory").to_owned();
    let files = of_agent(&format!("/files/browse?path={directory}"));
    let is_stdout = |file: &Value| file["path"] == format!("{directory}/stdout");
    assert!(files.as_array().expect("files").iter().any(is_stdout), "{files}");
    let container = of_agent("/containers")[0].clone();
    assert!(
        container["container_id"].is_string() && container["statistics"]["timestamp"].is_f64(),
        "{container}"
    );
}

#[test]
fn an_operator_who_never_reads_delays_nobody() {
    let cluster = Cluster::start(1);
    let address = cluster.mesos_address();
    let subscribe = || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let body = json!({ "type": "SUBSCRIBE" }).to_string();
        let head = format!(
            "POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("a request");
        stream.write_all(body.as_bytes()).expect("a request");
        stream
    };
    let deaf: Vec<TcpStream> = (0..20).map(|_| subscribe()).collect();
    let mut listening = subscribe();
    listening
        .set_read_timeout(Some(Duration::from_millis(100)))
        .expect("a time limit");
    eventually("all are subscribed", Some(21.0), || {
        let metrics = cluster.mesos("GET", "/metrics/snapshot", None).json();
        metrics["master/operator_event_stream_subscribers"].as_f64()
    });
    cluster.deploy(&json!({ "id": "/seen", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "instances": 1 }));
    let mut heard = String::new();
    until("the one who reads hears of the task", || {
        let mut part = [0; 65536];
        let count = listening.read(&mut part).unwrap_or(0);
        heard.push_str(&String::from_utf8_lossy(&part[..count]));
        (heard.contains("TASK_ADDED") && heard.contains("TASK_RUNNING")).then_some(())
    });
    drop((deaf, listening));
    eventually("all are gone", Some(0.0), || {
        let metrics = cluster.mesos("GET", "/metrics/snapshot", None).json();
        metrics["master/operator_event_stream_subscribers"].as_f64()
    });
}
