//! Who must say who they are, who may do what, and who sees what.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Command,
    sync::mpsc,
    time::Duration,
};

use cluster::{Cluster, Login, eventually, request_as, until};
use serde_json::{Value, json};

const OPS: Login = ("ops", "secret of ops");
const DEV: Login = ("dev", "secret of dev");
const GUEST: Login = ("guest", "secret:of guest");

/// A cluster that asks everybody who they are, with these rules.
fn guarded(agents: usize, acls: &Value) -> (Cluster, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let credentials: Vec<Value> = [OPS, DEV, GUEST]
        .iter()
        .map(|(principal, secret)| json!({ "principal": principal, "secret": secret }))
        .collect();
    let file = |name: &str, text: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let credentials = file("credentials.json", json!({ "credentials": credentials }).to_string());
    let acls = file("acls.json", acls.to_string());
    let options = [
        "--credentials",
        &credentials,
        "--acls",
        &acls,
        "--authenticate-http-readonly",
        "--authenticate-http-readwrite=true",
        "--authenticate-http-frameworks",
        "--authenticate-marathon",
    ];
    (Cluster::start_with(agents, &options, Some(OPS)), dir)
}

fn ask(who: Login, address: SocketAddr, path: &str) -> (u16, Value) {
    let answer = request_as(Some(who), address, "GET", path, None).expect("an answer");
    (answer.status, answer.json())
}

fn call(who: Login, address: SocketAddr, body: &Value) -> (u16, Value) {
    let answer = request_as(Some(who), address, "POST", "/api/v1", Some(&body.to_string())).expect("an answer");
    (answer.status, answer.json())
}

fn agent_address(cluster: &Cluster) -> SocketAddr {
    let slaves = cluster.mesos("GET", "/slaves", None).json();
    let pid = slaves["slaves"][0]["pid"].as_str().expect("a pid").to_owned();
    let (_, address) = pid.split_once('@').expect("name@address");
    address.parse().expect("an address")
}

#[test]
fn who_does_not_say_who_they_are_is_challenged() {
    let (cluster, _files) = guarded(1, &json!({}));
    let (master, agent) = (cluster.mesos_address(), agent_address(&cluster));
    let marathon = cluster.marathon_address();
    let get_state = r#"{"type": "GET_STATE"}"#;
    for (address, method, path, realm) in [
        (master, "GET", "/state", "mesos-master-readonly"),
        (master, "GET", "/files/debug", "mesos-master-readonly"),
        (master, "GET", "/harmony/v1/tasks", "mesos-master-readonly"),
        (master, "POST", "/api/v1", "mesos-master-readwrite"),
        (master, "POST", "/master/teardown", "mesos-master-readwrite"),
        (master, "POST", "/api/v1/scheduler", "mesos-master-scheduler"),
        (marathon, "GET", "/v2/apps", "Mesosphere"),
        (agent, "GET", "/state", "mesos-agent-readonly"),
        (agent, "POST", "/slave(1)/api/v1", "mesos-agent-readwrite"),
    ] {
        for who in [None, Some(("ops", "another secret")), Some(("nobody", OPS.1))] {
            let answer = request_as(who, address, method, path, Some(get_state)).expect("an answer");
            let challenge = answer.challenge.unwrap_or_default();
            assert_eq!(
                (answer.status, challenge),
                (401, format!("Basic realm=\"{realm}\"")),
                "{path} {who:?}"
            );
        }
        let known = request_as(Some(GUEST), address, method, path, Some(get_state)).expect("an answer");
        assert_ne!(known.status, 401, "{path}");
    }
    for (address, path) in [
        (marathon, "/ping"),
        (master, "/health"),
        (master, "/version"),
        (agent, "/health"),
        (agent, "/version"),
    ] {
        let answer = request_as(None, address, "GET", path, None).expect("an answer");
        assert_eq!(answer.status, 200, "{path}");
    }
    // Nobody who may see the master may not see its agents through it.
    let state = cluster.mesos("GET", "/slaves", None).json();
    let id = state["slaves"][0]["id"].as_str().expect("an id");
    assert_eq!(
        ask(GUEST, master, &format!("/harmony/v1/agents/{id}/proxy/state")).0,
        200
    );
    assert!(cluster.cli_ok(&["status"]).contains("1 connected"));
}

/// Runs a framework, and gives its JSON lines.
fn run(interpreter: Option<&str>, script: &str, args: &[&str]) -> Vec<Value> {
    let python = interpreter.map_or_else(
        || "python3".to_owned(),
        |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`")),
    );
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

#[test]
fn a_framework_does_what_its_principal_may() {
    let any = json!({ "type": "ANY" });
    let acls = json!({
        "permissive": false,
        "register_frameworks": [
            { "principals": { "values": ["dev"] }, "roles": { "values": ["dev", "team/%"] } },
            { "principals": { "values": ["ops"] }, "roles": any },
        ],
        "run_tasks": [
            { "principals": { "values": ["dev"] }, "users": { "values": ["root"] } },
            { "principals": { "values": ["ops"] }, "users": any },
        ],
        "reserve_resources": [{ "principals": { "values": ["dev"] }, "roles": { "values": ["dev"] } }],
        "register_agents": [{ "principals": { "values": ["agent"] }, "agents": any }],
    });
    let (cluster, _files) = guarded(1, &acls);
    let master = cluster.mesos_address().to_string();
    let seen = run(None, "v1_authorized.py", &[&master, DEV.0, DEV.1, "dev", "dev/other"]);
    let of = |key: &str, name: &str| -> Vec<&Value> { seen.iter().filter(|line| line[key] == name).collect() };
    let last = of("task", "root").last().map(|line| line["state"].clone());
    assert_eq!(last, Some(json!("TASK_FINISHED")), "{seen:#?}");
    for (task, reason) in [
        ("nobody", "REASON_TASK_UNAUTHORIZED"),
        ("group.root", "REASON_TASK_GROUP_UNAUTHORIZED"),
        ("group.nobody", "REASON_TASK_GROUP_UNAUTHORIZED"),
    ] {
        let lines = of("task", task);
        assert_eq!(lines.len(), 1, "{seen:#?}");
        assert_eq!(lines[0]["state"], "TASK_ERROR", "{seen:#?}");
        assert_eq!(lines[0]["reason"], reason, "{seen:#?}");
    }
    let operation = of("operation", "op");
    assert_eq!(operation[0]["state"], "OPERATION_ERROR", "{seen:#?}");
    assert!(
        operation[0]["message"]
            .as_str()
            .is_some_and(|why| why.contains("RESERVE_RESOURCES")),
        "{seen:#?}"
    );
    let state = ask(OPS, cluster.mesos_address(), "/frameworks").1;
    assert!(
        state["frameworks"].as_array().is_some_and(Vec::is_empty),
        "ops may see no frameworks"
    );
    for (role, expected) in [
        ("web", "Not authorized to register framework  with roles { web }"),
        ("team", "Not authorized to register framework  with roles { team }"),
    ] {
        let seen = run(None, "v1_authorized.py", &[&master, DEV.0, DEV.1, role, "x"]);
        assert_eq!(seen, [json!({ "error": expected })]);
    }
    let seen = run(None, "v1_authorized.py", &[&master, DEV.0, "wrong", "dev", "x"]);
    assert_eq!(seen, [json!({ "status": 401, "why": "" })]);
    let subscribe = json!({ "type": "SUBSCRIBE", "subscribe": {
        "framework_info": { "user": "root", "name": "f", "principal": "ops" } } });
    let body = subscribe.to_string();
    let address = cluster.mesos_address();
    let answer = request_as(Some(DEV), address, "POST", "/api/v1/scheduler", Some(&body)).expect("an answer");
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(
        answer
            .text
            .contains("Authenticated principal 'dev' does not match principal 'ops'"),
        "{}",
        answer.text
    );
}

#[test]
fn pymesos_says_who_it_is() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "pymesos")) {
        println!("left out by HARMONY_SKIP=pymesos");
        return;
    }
    let (cluster, _files) = guarded(2, &json!({}));
    let master = cluster.mesos_address().to_string();
    let args = [&master, "2", DEV.0, DEV.1];
    let lines = run(Some("HARMONY_PYTHON_PYMESOS"), "pymesos_framework.py", &args);
    assert_eq!(lines.last(), Some(&json!({ "done": true })), "{lines:#?}");
    eventually("its principal is known by its secret", json!("dev"), || {
        let state = cluster.mesos("GET", "/state", None).json();
        let of = |key: &str| state[key].as_array().cloned().unwrap_or_default();
        let mut all = of("frameworks").into_iter().chain(of("completed_frameworks"));
        let found = all.find(|framework| framework["name"] == "pymesos sample");
        found
            .map(|framework| framework["principal"].clone())
            .unwrap_or_default()
    });
}

/// The operator API's events to somebody, as they come.
fn subscribe(who: Login, address: SocketAddr) -> mpsc::Receiver<Value> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let body = r#"{"type": "SUBSCRIBE"}"#;
    write!(
        stream,
        "POST /api/v1 HTTP/1.0\r\nHost: {address}\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Accept: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        io_auth::basic_header(who.0, who.1),
        body.len()
    )
    .expect("a request");
    let (heard, events) = mpsc::channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|n| n > 0) && !line.trim().is_empty() {
            line.clear();
        }
        loop {
            line.clear();
            if reader.read_line(&mut line).is_ok_and(|n| n == 0) {
                return;
            }
            let Ok(length) = line.trim().parse::<usize>() else {
                return;
            };
            let mut record = vec![0; length];
            if reader.read_exact(&mut record).is_err()
                || heard.send(serde_json::from_slice(&record).unwrap_or_default()).is_err()
            {
                return;
            }
        }
    });
    events
}

/// Guests see what runs as root, hold nothing but what is unreserved, and change nothing.
fn rules() -> Value {
    let (any, none, guest) = (
        json!({ "type": "ANY" }),
        json!({ "type": "NONE" }),
        json!({ "values": ["guest"] }),
    );
    let only_root = |objects: &str| json!([{ "principals": guest, objects: { "values": ["root"] } }, { "principals": guest, objects: none }]);
    json!({
        "view_tasks": only_root("users"),
        "view_executors": only_root("users"),
        "access_sandboxes": only_root("users"),
        "view_roles": [{ "principals": guest, "roles": { "values": ["*"] } }, { "principals": guest, "roles": none }],
        "view_flags": [{ "principals": guest, "flags": none }],
        "access_mesos_logs": [{ "principals": guest, "logs": none }],
        "get_endpoints": [{ "principals": guest, "paths": { "values": ["/metrics/snapshot"] } },
                          { "principals": guest, "paths": none }],
        "teardown_frameworks": [{ "principals": { "values": ["ops"] }, "framework_principals": any },
                                { "principals": any, "framework_principals": none }],
        "update_weights": [{ "principals": guest, "roles": none }],
        "set_log_level": [{ "principals": guest, "level": none }],
        "drain_agents": [{ "principals": guest, "agents": none }],
    })
}

#[test]
fn everybody_sees_what_they_may() {
    let (cluster, _files) = guarded(1, &rules());
    let (master, agent) = (cluster.mesos_address(), agent_address(&cluster));
    events_are_told_to_whom_they_may_be(&cluster);
    states_are_shown_in_part(master, agent);
    files_are_read_by_whom_they_may_be(&cluster, agent);
    roles_are_hidden(&cluster);
    what_is_not_allowed_is_refused(&cluster, agent);
}

fn agent_id(master: SocketAddr) -> String {
    let slaves = ask(OPS, master, "/slaves").1;
    slaves["slaves"][0]["id"].as_str().expect("an id").to_owned()
}

/// Two apps, of which guests hear of one.
fn events_are_told_to_whom_they_may_be(cluster: &Cluster) {
    let master = cluster.mesos_address();
    let (to_ops, to_guest) = (subscribe(OPS, master), subscribe(GUEST, master));
    let next = |events: &mpsc::Receiver<Value>| events.recv_timeout(Duration::from_secs(60)).expect("an event");
    for events in [&to_ops, &to_guest] {
        assert_eq!(next(events)["type"], "SUBSCRIBED");
    }
    let app =
        |id: &str, user: &str| json!({ "id": id, "cmd": "exec sleep 1000", "cpus": 0.1, "mem": 32, "user": user });
    let added = |events: &mpsc::Receiver<Value>| loop {
        let event = next(events);
        if event["type"] == "TASK_ADDED" {
            return event["task_added"]["task"]["task_id"]["value"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
        }
    };
    let hidden = app("/hidden", "nobody");
    assert_eq!(
        cluster.marathon("POST", "/v2/apps", Some(&hidden.to_string())).status,
        201
    );
    assert!(added(&to_ops).starts_with("hidden."));
    cluster.deploy(&app("/shown", "root"));
    assert!(added(&to_ops).starts_with("shown."));
    assert!(added(&to_guest).starts_with("shown."), "what is hidden is not told");
}

fn states_are_shown_in_part(master: SocketAddr, agent: SocketAddr) {
    let shown = |value: &Value| {
        (
            value.to_string().contains("shown."),
            value.to_string().contains("hidden."),
        )
    };
    let get = |kind: &str| json!({ "type": kind });
    let both_see = |what: &str, as_ops: &Value, as_guest: &Value| {
        assert_eq!(shown(as_ops), (true, true), "{what}: {as_ops}");
        assert_eq!(shown(as_guest), (true, false), "{what}: {as_guest}");
    };
    for path in ["/state", "/tasks", "/frameworks", "/harmony/v1/tasks"] {
        both_see(path, &ask(OPS, master, path).1, &ask(GUEST, master, path).1);
    }
    for kind in ["GET_STATE", "GET_TASKS"] {
        both_see(
            kind,
            &call(OPS, master, &get(kind)).1,
            &call(GUEST, master, &get(kind)).1,
        );
        both_see(kind, &call(OPS, agent, &get(kind)).1, &call(GUEST, agent, &get(kind)).1);
    }
    both_see(
        "the agent's /state",
        &ask(OPS, agent, "/state").1,
        &ask(GUEST, agent, "/state").1,
    );
    let id = agent_id(master);
    let relayed = format!("/harmony/v1/agents/{id}/proxy/state");
    both_see(
        "through the master",
        &ask(OPS, master, &relayed).1,
        &ask(GUEST, master, &relayed).1,
    );
    // Flags are part of the state.
    let flags = |who| ask(who, master, "/state").1["flags"].clone();
    assert!(flags(OPS).is_object() && flags(GUEST).is_null());
}

fn roles_are_hidden(cluster: &Cluster) {
    let master = cluster.mesos_address();
    let id = agent_id(master);
    let reserve = json!({ "type": "RESERVE_RESOURCES", "reserve_resources": { "agent_id": { "value": id }, "resources": [
        { "name": "cpus", "type": "SCALAR", "scalar": { "value": 0.1 },
          "reservations": [{ "type": "DYNAMIC", "role": "hid", "principal": "ops" }] }] } });
    assert_eq!(
        call(GUEST, master, &reserve).0,
        400,
        "nobody reserves in another's name"
    );
    assert_eq!(call(OPS, master, &reserve).0, 202);
    eventually("a reservation is seen by whom its role may be", (true, false), || {
        let reserved = |who| ask(who, master, "/slaves").1["slaves"][0]["reserved_resources"]["hid"].is_object();
        (reserved(OPS), reserved(GUEST))
    });
    let roles = |who| ask(who, master, "/roles").1.to_string().contains("\"hid\"");
    assert_eq!((roles(OPS), roles(GUEST)), (true, false));
}

fn what_is_not_allowed_is_refused(cluster: &Cluster, agent: SocketAddr) {
    let master = cluster.mesos_address();
    let (id, get) = (agent_id(master), |kind: &str| json!({ "type": kind }));
    let framework = json!({ "value": "marathon" });
    for (what, refused) in [
        (
            "teardown",
            json!({ "type": "TEARDOWN", "teardown": { "framework_id": framework } }),
        ),
        ("flags", get("GET_FLAGS")),
        (
            "the log's level",
            json!({ "type": "SET_LOGGING_LEVEL",
            "set_logging_level": { "level": 1, "duration": { "nanoseconds": 1 } } }),
        ),
        (
            "drain",
            json!({ "type": "DRAIN_AGENT", "drain_agent": { "agent_id": { "value": id } } }),
        ),
        (
            "weights",
            json!({ "type": "UPDATE_WEIGHTS", "update_weights": { "weight_infos": [{ "role": "a", "weight": 2 }] } }),
        ),
        (
            "the log",
            json!({ "type": "LIST_FILES", "list_files": { "path": "/master/log" } }),
        ),
    ] {
        assert_eq!(call(GUEST, master, &refused).0, 403, "{what}");
    }
    for (path, expected) in [
        ("/flags", 403),
        ("/files/debug", 403),
        ("/files/read?path=/master/log", 403),
        ("/metrics/snapshot", 200),
        ("/slaves", 200),
    ] {
        assert_eq!(ask(GUEST, master, path).0, expected, "{path}");
    }
    for (path, expected) in [
        ("/flags", 403),
        ("/containers", 403),
        ("/monitor/statistics", 403),
        ("/state", 200),
    ] {
        assert_eq!(ask(GUEST, agent, path).0, expected, "the agent's {path}");
        assert_eq!(ask(OPS, agent, path).0, 200, "the agent's {path}");
    }
    let body = "frameworkId=marathon";
    let teardown = |who| request_as(Some(who), master, "POST", "/master/teardown", Some(body)).expect("an answer");
    assert_eq!((teardown(DEV).status, teardown(GUEST).status), (403, 403));
    let told = cluster.cli(&[
        "--principal",
        GUEST.0,
        "--secret",
        GUEST.1,
        "task",
        "kill",
        &cluster.task_ids("/shown")[0],
    ]);
    assert_eq!(told.status.code(), Some(4), "{}", String::from_utf8_lossy(&told.stderr));
}

/// Sandboxes, by the master and by the agent itself.
fn files_are_read_by_whom_they_may_be(cluster: &Cluster, agent: SocketAddr) {
    let master = cluster.mesos_address();
    let hidden = until("the hidden task is at its agent", || {
        let state = ask(OPS, agent, "/state").1;
        let executors = state["frameworks"][0]["executors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let found = executors
            .into_iter()
            .find(|one| one["id"].as_str().is_some_and(|id| id.starts_with("hidden.")));
        found.filter(|one| one["directory"].as_str().is_some_and(|dir| Path::new(dir).is_dir()))
    });
    let (task, directory) = (
        hidden["id"].as_str().expect("an id"),
        hidden["directory"].as_str().expect("a directory"),
    );
    let by_master = format!("/harmony/v1/tasks/marathon/{task}/files/browse");
    let by_agent = format!("/files/browse?path={directory}");
    let all = "/files/browse?path=/frameworks".to_owned();
    for (address, path) in [(master, by_master), (agent, by_agent), (agent, all)] {
        assert_eq!(ask(OPS, address, &path).0, 200, "{path}");
        assert_eq!(ask(GUEST, address, &path).0, 403, "{path}");
    }
    let own = &cluster.task_ids("/shown")[0];
    let own = format!("/harmony/v1/tasks/marathon/{own}/files/browse");
    assert_eq!(ask(GUEST, master, &own).0, 200);
}
