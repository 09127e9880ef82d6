//! Containers that operators and executors ask an agent for, in others and standing alone.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use cluster::{Answer, ByHand, Cluster, Framework, eventually, kill_nine, named, request, request_with, until};
use serde_json::{Value, json};
use wire_mesos::{ContentType, decode, encode, v1};

/// Has a group in an executor of its own, which uses the calls about nested containers.
const OWN: [&str; 2] = ["--executor", "v1_nesting_executor.py"];

/// One agent with one task that runs, in whose container others can be.
struct Stage {
    cluster: Cluster,
    task: Value,
}

impl Stage {
    fn new() -> Self {
        let cluster = Cluster::start(1);
        cluster.deploy(&json!({ "id": "/host", "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 64, "instances": 1 }));
        let shown = call(agent(&cluster), &json!({ "type": "GET_CONTAINERS" })).json();
        let task = shown["get_containers"]["containers"][0]["container_id"].clone();
        Self { cluster, task }
    }

    fn nested(&self, name: &str) -> Value {
        json!({ "value": name, "parent": self.task })
    }

    fn ask(&self, kind: &str, id: &Value, more: Value) -> Answer {
        ask(agent(&self.cluster), kind, id, more)
    }

    fn launch(&self, id: &Value, shell: &str) -> u16 {
        let answer = self.ask("LAUNCH_CONTAINER", id, json!({ "command": { "value": shell } }));
        assert!(answer.status < 300, "{} {}", answer.status, answer.text);
        answer.status
    }

    fn wait(&self, id: &Value) -> Value {
        let answer = self.ask("WAIT_CONTAINER", id, json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["wait_container"].clone()
    }

    /// The places of the containers that run, but that of the task.
    fn shown(&self, nested: bool, standalone: bool) -> Vec<Value> {
        let part = json!({ "show_nested": nested, "show_standalone": standalone });
        let body = json!({ "type": "GET_CONTAINERS", "get_containers": part });
        let shown = call(agent(&self.cluster), &body).json();
        let all = shown["get_containers"]["containers"].as_array().cloned();
        let ids = all
            .unwrap_or_default()
            .into_iter()
            .map(|one| one["container_id"].clone());
        ids.filter(|id| *id != self.task).collect()
    }

    /// A file below the agent's directory, by the end of its place.
    fn file(&self, place: &str) -> Option<String> {
        let agents = self.cluster.dir().join("agents");
        let found = std::process::Command::new("find")
            .arg(agents)
            .output()
            .expect("find runs");
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        let path = found.lines().find(|path| path.ends_with(place))?;
        std::fs::read_to_string(path).ok()
    }

    fn kill_agent(&self) {
        self.cluster.agent_pids().into_iter().for_each(kill_nine);
        self.cluster.ready();
        until("the agent's port", || {
            request(agent(&self.cluster), "GET", "/health", None)
                .ok()
                .filter(|answer| answer.status == 200)
        });
    }
}

/// The first agent's own address.
fn agent(cluster: &Cluster) -> SocketAddr {
    let state = cluster.mesos("GET", "/state", None).json();
    let pid = state["slaves"][0]["pid"].as_str().expect("an agent").to_owned();
    let (_, address) = pid.split_once('@').expect("slave(1)@address");
    address.parse().expect("an address")
}

fn call(address: SocketAddr, body: &Value) -> Answer {
    request(address, "POST", "/api/v1", Some(&body.to_string())).expect("the agent answers")
}

/// The processes `sleep SECONDS`, not those that only speak of it.
fn sleeping(seconds: &str) -> Vec<u32> {
    let name = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let all = named(&["sleep", seconds]).into_iter();
    all.filter(|pid| name(pid).trim() == "sleep").collect()
}

/// A call about a container.
fn ask(address: SocketAddr, kind: &str, id: &Value, mut part: Value) -> Answer {
    part["container_id"] = id.clone();
    let mut body = json!({ "type": kind });
    body[kind.to_lowercase()] = part;
    call(address, &body)
}

#[test]
fn nested_containers_are_launched_shown_killed_and_removed() {
    let stage = Stage::new();
    let (inner, deep) = (
        stage.nested("inner"),
        json!({ "value": "deep", "parent": stage.nested("inner") }),
    );
    assert_eq!(stage.launch(&inner, "env; echo ready; exec sleep 1000"), 200);
    assert_eq!(stage.launch(&inner, "exit 1"), 202, "it is there");
    assert_eq!(
        stage.launch(&deep, "trap 'exit 7' USR1; while :; do sleep 0.05; done"),
        200
    );
    assert_eq!(
        stage.shown(true, false),
        [deep.clone(), inner.clone()]
            .map(|id| id)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    assert!(stage.shown(false, true).is_empty());
    let env = until("its environment", || {
        stage
            .file("containers/inner/stdout")
            .filter(|text| text.contains("ready"))
    });
    assert!(
        env.contains("MESOS_SANDBOX=") && !env.contains("MESOS_TASK_ID"),
        "{env}"
    );
    until("its own sandbox", || {
        stage.file("containers/inner/containers/deep/stdout")
    });

    let signal = stage.ask("KILL_NESTED_CONTAINER", &deep, json!({ "signal": 10 }));
    assert_eq!(signal.status, 200, "{}", signal.text);
    assert_eq!(stage.wait(&deep), json!({ "exit_status": 7 << 8 }));
    assert_eq!(stage.ask("KILL_CONTAINER", &inner, json!({})).status, 200);
    let ended = stage.ask("WAIT_NESTED_CONTAINER", &inner, json!({})).json();
    assert_eq!(
        ended,
        json!({ "type": "WAIT_NESTED_CONTAINER", "wait_nested_container": { "exit_status": 9 } })
    );
    let late = stage.ask("KILL_CONTAINER", &inner, json!({}));
    assert_eq!(late.status, 404, "{}", late.text);
    assert_eq!(stage.wait(&inner), json!({ "exit_status": 9 }), "asked again");
    assert_eq!(stage.ask("REMOVE_NESTED_CONTAINER", &inner, json!({})).status, 200);
    assert_eq!(stage.file("containers/inner/stdout"), None);
    assert_eq!(stage.ask("WAIT_CONTAINER", &inner, json!({})).status, 404);
    assert_eq!(stage.launch(&inner, "exec sleep 1000"), 200, "its id is free again");
    let running = stage.ask("REMOVE_CONTAINER", &inner, json!({}));
    assert_eq!(
        (running.status, running.text.as_str()),
        (500, "Nested container has not terminated yet")
    );
}

#[test]
fn what_cannot_be_launched_is_refused_in_mesos_words() {
    let stage = Stage::new();
    let inner = stage.nested("inner");
    let nowhere = json!({ "value": "inner", "parent": { "value": "nowhere" } });
    let shell = json!({ "command": { "value": "exit 0" } });
    let refused = |kind: &str, id: &Value, part: &Value| {
        let answer = stage.ask(kind, id, part.clone());
        (answer.status, answer.text)
    };
    let bad = |why: &str| (400, why.to_owned());
    assert_eq!(
        refused("LAUNCH_NESTED_CONTAINER", &nowhere, &shell),
        bad("Parent container nowhere does not exist")
    );
    assert_eq!(
        refused("LAUNCH_NESTED_CONTAINER", &json!({ "value": "alone" }), &shell),
        bad("Failed to validate agent::Call: Expecting 'launch_nested_container.container_id.parent' to be present")
    );
    let docker = json!({ "command": { "value": "exit 0" }, "container": { "type": "DOCKER" } });
    assert_eq!(
        refused("LAUNCH_NESTED_CONTAINER", &inner, &docker),
        bad("The provided ContainerInfo is not supported")
    );
    let (status, why) = refused(
        "LAUNCH_CONTAINER",
        &inner,
        &json!({ "command": { "value": "x", "uris": [{ "value": "http://x" }] } }),
    );
    assert!(status == 400 && why.contains("fetches no URIs"), "{status} {why}");
    let (status, why) = refused(
        "LAUNCH_CONTAINER",
        &inner,
        &json!({ "command": { "value": "/none", "shell": false } }),
    );
    assert!(status == 400 && why.contains("No such file"), "{status} {why}");
    for kind in ["WAIT_NESTED_CONTAINER", "KILL_NESTED_CONTAINER"] {
        let (status, why) = refused(kind, &nowhere, &json!({}));
        assert!(status == 404 && why.contains("cannot be found"), "{status} {why}");
    }
    let (status, why) = refused("REMOVE_NESTED_CONTAINER", &nowhere, &json!({}));
    assert_eq!((status, why.as_str()), (500, "Unknown root container"));
    let (status, why) = refused("LAUNCH_NESTED_CONTAINER_SESSION", &inner, &shell);
    assert_eq!(status, 501, "{why}");
    let prune = call(agent(&stage.cluster), &json!({ "type": "PRUNE_IMAGES" }));
    assert_eq!(prune.status, 200, "{}", prune.text);
}

#[test]
fn standalone_containers_have_limits_of_their_own() {
    let stage = Stage::new();
    let alone = json!({ "value": "alone" });
    let inner = json!({ "value": "inner", "parent": alone });
    let memory = json!({ "name": "mem", "type": "SCALAR", "scalar": { "value": 32 } });
    let launch = json!({ "command": { "value": "exec sleep 1000" }, "resources": [memory] });
    assert_eq!(stage.ask("LAUNCH_CONTAINER", &alone, launch).status, 200);
    assert_eq!(stage.launch(&inner, "exec tail /dev/zero"), 200);
    let ended = stage.wait(&alone);
    assert_eq!(
        (&ended["exit_status"], &ended["state"], &ended["reason"]),
        (
            &json!(9),
            &json!("TASK_FAILED"),
            &json!("REASON_CONTAINER_LIMITATION_MEMORY")
        ),
        "it is ended for what is in it: {ended:#}"
    );
    let limit = &ended["limitation"]["resources"][0];
    assert_eq!(limit["name"], "mem", "{ended:#}");
    assert!(stage.file("containers/alone/stdout").is_some());
    eventually("what is in it ends with it", 404, || {
        stage.ask("WAIT_CONTAINER", &inner, json!({})).status
    });
    assert!(stage.shown(true, true).is_empty());
    assert_eq!(stage.ask("REMOVE_CONTAINER", &alone, json!({})).status, 200);
    assert_eq!(stage.file("containers/alone/stdout"), None);
}

#[test]
fn nested_containers_survive_their_agent_and_end_with_their_task() {
    let stage = Stage::new();
    let (quick, long, alone) = (stage.nested("quick"), stage.nested("long"), json!({ "value": "alone" }));
    stage.launch(&quick, "exit 3");
    assert_eq!(stage.wait(&quick), json!({ "exit_status": 3 << 8 }));
    stage.launch(&long, "exec sleep 7321");
    stage.launch(&alone, "exec sleep 7322");
    let pid = until("it runs", || sleeping("7321").first().copied());
    stage.kill_agent();
    assert_eq!(stage.wait(&quick), json!({ "exit_status": 3 << 8 }), "remembered");
    eventually("they are adopted", 2, || stage.shown(true, true).len());
    assert_eq!(sleeping("7321"), [pid], "the same process");
    assert_eq!(stage.launch(&long, "exit 1"), 202);
    let wait = json!({ "type": "WAIT_CONTAINER", "wait_container": { "container_id": long } }).to_string();
    let mut waits = sent(agent(&stage.cluster), "application/json", wait.as_bytes());
    let answer = stage.cluster.marathon("DELETE", "/v2/apps//host", None);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let (head, body) = answered(&mut waits);
    let ended: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{head}: {error}"));
    assert_eq!(ended["wait_container"], json!({ "exit_status": 9 }), "{head}");
    eventually("only the standalone one is left", vec![alone.clone()], || {
        stage.shown(true, true)
    });
    assert_eq!(
        stage.ask("WAIT_CONTAINER", &quick, json!({})).status,
        404,
        "with its task"
    );
    assert_eq!(stage.ask("KILL_CONTAINER", &alone, json!({})).status, 200);
    assert_eq!(stage.wait(&alone), json!({ "exit_status": 9 }));
}

/// A call in protobuf, answered in protobuf.
fn protobuf(address: SocketAddr, call: &v1::agent::Call) -> (String, Vec<u8>) {
    answered(&mut sent(
        address,
        "application/x-protobuf",
        &encode(ContentType::Protobuf, call),
    ))
}

/// Sends a call and goes on: the agent has it before it is told of anything later.
fn sent(address: SocketAddr, media: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the agent listens");
    let head = format!(
        "POST /api/v1 HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: {media}\r\nAccept: {media}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body))
        .expect("it reads");
    stream
}

/// The head and the body of the answer.
fn answered(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let (head, body) = answer.split_at(end);
    (String::from_utf8_lossy(head).into_owned(), body.to_vec())
}

#[test]
fn containers_are_asked_for_in_protobuf() {
    use v1::agent::{Call, Response, call, call::Type};
    let stage = Stage::new();
    let container_id = v1::ContainerId {
        value: "binary".to_owned(),
        parent: Some(Box::new(v1::ContainerId {
            value: stage.task["value"].as_str().expect("an id").to_owned(),
            parent: None,
        })),
    };
    let command = v1::CommandInfo {
        value: Some("exit 4".to_owned()),
        ..Default::default()
    };
    let address = agent(&stage.cluster);
    let launch = Call {
        r#type: Some(Type::LaunchNestedContainer as i32),
        launch_nested_container: Some(call::LaunchNestedContainer {
            container_id: container_id.clone(),
            command: Some(command),
            container: None,
        }),
        ..Call::default()
    };
    let (head, _) = protobuf(address, &launch);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let wait = Call {
        r#type: Some(Type::WaitNestedContainer as i32),
        wait_nested_container: Some(call::WaitNestedContainer { container_id }),
        ..Call::default()
    };
    let (head, body) = protobuf(address, &wait);
    assert!(head.contains("application/x-protobuf"), "{head}");
    let response: Response = decode(ContentType::Protobuf, &body).expect("a response");
    assert_eq!(
        response.wait_nested_container.and_then(|wait| wait.exit_status),
        Some(4 << 8)
    );
}

#[test]
fn an_executor_runs_its_tasks_in_nested_containers() {
    let cluster = Cluster::start(1);
    let commands = ["echo one; exit 0", "exit 7", "exec sleep 7323"];
    let mut tasks = Framework::group(&cluster, &[&OWN[..], &commands].concat());
    for (task, last) in [
        ("task.0", "TASK_FINISHED"),
        ("task.1", "TASK_FAILED"),
        ("task.2", "TASK_RUNNING"),
    ] {
        eventually(task, Some(last.to_owned()), || tasks.states(task).pop());
    }
    assert_eq!(
        tasks.states("task.0"),
        ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"]
    );
    let pid = until("it runs", || sleeping("7323").first().copied());
    cluster.agent_pids().into_iter().for_each(kill_nine);
    cluster.ready();
    assert_eq!(sleeping("7323"), [pid], "the same process");
    // An executor that is away hears of the kill when it is back.
    tasks.obey("kill task.2");
    eventually("task.2", Some("TASK_KILLED".to_owned()), || {
        tasks.states("task.2").pop()
    });
    until("the executor ends with its last task", || {
        tasks
            .lines()
            .into_iter()
            .find(|line| line["event"] == "failure" && line["status"] == 0)
    });
}

#[test]
fn the_tasks_of_the_default_executor_are_nested_containers() {
    let cluster = Cluster::start(1);
    let mut tasks = Framework::group(&cluster, &["exec sleep 1000", "exec sleep 1000"]);
    for task in ["task.0", "task.1"] {
        eventually(task, Some("TASK_RUNNING".to_owned()), || tasks.states(task).pop());
    }
    let address = agent(&cluster);
    let show = json!({ "type": "GET_CONTAINERS", "get_containers": { "show_nested": true } });
    let shown = call(address, &show).json()["get_containers"]["containers"].clone();
    let task = shown[1]["container_id"].clone();
    let inner = json!({ "value": "debug", "parent": task });
    let launch = ask(
        address,
        "LAUNCH_CONTAINER",
        &inner,
        json!({ "command": { "value": "exec sleep 1000" } }),
    );
    assert_eq!(launch.status, 200, "{}", launch.text);
    let waits = std::thread::scope(|scope| {
        let of_task = scope.spawn(|| ask(address, "WAIT_NESTED_CONTAINER", &task, json!({})).json());
        let of_inner = scope.spawn(|| ask(address, "WAIT_NESTED_CONTAINER", &inner, json!({})).json());
        tasks.obey("kill task.0");
        tasks.obey("kill task.1");
        [of_task.join().expect("no panic"), of_inner.join().expect("no panic")]
    });
    for (wait, status) in waits.iter().zip([15, 9]) {
        assert_eq!(wait["wait_nested_container"]["exit_status"], status, "{wait:#}");
    }
}

#[test]
fn a_scheduler_hears_what_its_task_used_too_much_of() {
    let cluster = Cluster::start(1);
    let tasks = Framework::group(&cluster, &["exec tail /dev/zero"]);
    eventually("it is ended", Some("TASK_FAILED".to_owned()), || {
        tasks.states("task.0").pop()
    });
    let lines = tasks.lines();
    let last = lines
        .iter()
        .rfind(|line| line["task"] == "task.0")
        .expect("it was told");
    assert_eq!(last["reason"], "REASON_CONTAINER_LIMITATION_MEMORY", "{last:#}");
    let limited = &last["limitation"]["resources"][0];
    assert_eq!(
        (&limited["name"], &limited["type"]),
        (&json!("mem"), &json!("SCALAR")),
        "{last:#}"
    );
    assert!(limited["scalar"]["value"].as_f64() > Some(16.0), "{last:#}");
}

#[test]
fn what_nobody_has_heard_of_is_shown_when_its_executor_is_over() {
    let cluster = Cluster::start(1);
    let tasks = Framework::group(&cluster, &[&OWN[..], &["exec sleep 1000"]].concat());
    eventually("task.0", Some("TASK_RUNNING".to_owned()), || {
        tasks.states("task.0").pop()
    });
    let address = agent(&cluster);
    let shown = call(address, &json!({ "type": "GET_CONTAINERS" })).json();
    let executor = shown["get_containers"]["containers"][0]["container_id"].clone();
    let master = cluster.master_pid().to_string();
    let signal = |name: &str| {
        let sent = std::process::Command::new("kill").args([name, &master]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {name}");
    };
    signal("-STOP");
    let killed = ask(address, "KILL_CONTAINER", &executor, json!({}));
    let ended = eventually_ended(address);
    signal("-CONT");
    assert_eq!(killed.status, 200, "{}", killed.text);
    let task = &ended["completed_tasks"][0];
    assert_eq!(
        (&task["id"], &task["state"]),
        (&json!("task.0"), &json!("TASK_FAILED")),
        "{ended:#}"
    );
    assert_eq!(
        (&ended["id"], &ended["type"]),
        (&json!("group"), &json!("CUSTOM")),
        "{ended:#}"
    );
    eventually("the scheduler hears of it", Some("TASK_FAILED".to_owned()), || {
        tasks.states("task.0").pop()
    });
    eventually("then it is forgotten", json!([]), || {
        request(address, "GET", "/state", None).expect("an answer").json()["frameworks"].clone()
    });
}

/// The only executor of an agent, once it has a task that is over.
fn eventually_ended(address: SocketAddr) -> Value {
    until("the task is over", || {
        let state = request(address, "GET", "/state", None).ok()?.json();
        let executor = state["frameworks"][0]["executors"][0].clone();
        executor["completed_tasks"][0].is_object().then_some(executor)
    })
}

#[test]
fn a_token_opens_the_containers_of_its_executor() {
    let cluster = Cluster::start(1);
    let slaves = || cluster.mesos("GET", "/slaves", None).json()["slaves"].clone();
    let own = json!({ "value": slaves()[0]["id"] });
    let aside = json!({ "type": "DEACTIVATE_AGENT", "deactivate_agent": { "agent_id": own } }).to_string();
    assert_eq!(cluster.mesos("POST", "/api/v1", Some(&aside)).status, 200);
    let dir = tempfile::tempdir().expect("a directory");
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let (key, secrets) = (file("key", "a key of executors"), file("secrets", "ops secret"));
    let closed = [
        "--authenticate-http-executors",
        "--authenticate-http-readonly",
        "--authenticate-http-readwrite",
        "--resources=cpus:1;mem:512",
        "--jwt-secret-key",
        &key,
        "--http-credentials",
        &secrets,
    ];
    let mut by_hand = ByHand::new(dir.path());
    by_hand.start(&cluster, &closed);
    let mut tasks = Framework::group(&cluster, &[&OWN[..], &["exit 0", "exec sleep 1000"]].concat());
    eventually("task.0", Some("TASK_FINISHED".to_owned()), || {
        tasks.states("task.0").pop()
    });

    let all = slaves();
    let extra = all
        .as_array()
        .and_then(|all| all.iter().find(|one| one["hostname"] == "extra"));
    let pid = extra.and_then(|one| one["pid"].as_str()).expect("a pid");
    let (_, address) = pid.split_once('@').expect("name@address");
    let agent: SocketAddr = address.parse().expect("an address");
    let alone = json!({
        "type": "LAUNCH_CONTAINER",
        "launch_container": { "container_id": { "value": "alone" }, "command": { "value": "true" } },
    });
    assert_eq!(call(agent, &alone).status, 401, "nobody's");
    let token = named(&["v1_nesting_executor.py"]).into_iter().find_map(|pid| {
        let environment = std::fs::read_to_string(format!("/proc/{pid}/environ")).ok()?;
        let mut all = environment.split('\0');
        all.find_map(|one| Some(one.strip_prefix("MESOS_EXECUTOR_AUTHENTICATION_TOKEN=")?.to_owned()))
    });
    let bearer = format!("Bearer {}", token.expect("a token"));
    let headers = [("content-type", "application/json"), ("authorization", &*bearer)];
    let ask = |body: &Value| {
        let body = body.to_string();
        request_with(agent, "POST", "/api/v1", &headers, body.as_bytes()).expect("an answer")
    };
    let refused = ask(&alone);
    assert_eq!(refused.status, 403, "{}", refused.text);
    let elsewhere = json!({ "value": "x", "parent": { "value": "another" } });
    let kill = json!({ "type": "KILL_NESTED_CONTAINER", "kill_nested_container": { "container_id": elsewhere } });
    assert_eq!(ask(&kill).status, 403);
    assert_eq!(ask(&json!({ "type": "GET_FLAGS" })).status, 403);
    tasks.obey("kill task.1");
    eventually("task.1", Some("TASK_KILLED".to_owned()), || {
        tasks.states("task.1").pop()
    });
}
