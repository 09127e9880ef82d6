//! What comes over a socket and makes no sense: it is refused with a reason, and nobody else is the worse for it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cluster::{Cluster, Scheduler, Stream, eventually, request_with, until};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

fn agent_address(cluster: &Cluster) -> SocketAddr {
    let slaves = cluster.mesos("GET", "/slaves", None).json();
    let pid = slaves["slaves"][0]["pid"].as_str().expect("a pid").to_owned();
    let (_, address) = pid.split_once('@').expect("name@address");
    address.parse().expect("an address")
}

fn subscribe(name: &str) -> Value {
    json!({ "framework_info": { "user": "root", "name": name, "role": "*", "failover_timeout": 60 } })
}

/// Writes bytes as they are and gives what comes back until the peer closes, or says no more for a while.
fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).expect("a connection");
    // The peer may close before all of it is written.
    drop(socket.write_all(bytes));
    let mut answer = Vec::new();
    drop(socket.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// What each of the three APIs does with bodies that it cannot read.
fn refuses(address: SocketAddr, path: &str) {
    let zeros: &[u8] = &[0xff; 100];
    for (headers, body, status, text) in [
        (&[JSON][..], &b"{\"type\":"[..], 400, "JSON"),
        (&[JSON], b"", 400, ""),
        (&[JSON], b"5\nhello", 400, ""),
        (&[JSON], b"[1,2]", 400, ""),
        (&[JSON], b"{\"type\":\"NO_SUCH_CALL\"}", 400, ""),
        (&[JSON], b"\xff\xfe", 400, ""),
        (&[PROTOBUF], zeros, 400, ""),
        (&[PROTOBUF], b"{\"type\":\"SUBSCRIBE\"}", 400, ""),
        (&[("content-type", "text/plain")], b"hello", 415, "application/json"),
        (&[], b"{}", 400, "Content-Type"),
    ] {
        let answer = request_with(address, "POST", path, headers, body).expect("an answer");
        let found = (answer.status, answer.text.contains(text));
        let body = String::from_utf8_lossy(body);
        assert_eq!(found, (status, true), "{path} {headers:?} {body}: {}", answer.text);
    }
    assert_eq!(
        request_with(address, "GET", path, &[], b"").expect("an answer").status,
        405
    );
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n");
    for length in ["9000000", "99999999999999"] {
        let answer = raw(address, format!("{head}Content-Length: {length}\r\n\r\n").as_bytes());
        assert!(
            answer.starts_with("HTTP/1.1 413 "),
            "{path} of {length} bytes: {answer}"
        );
    }
    // A body that does not say its length is counted as it comes.
    let mut chunks = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..9 {
        chunks.extend(format!("{:x}\r\n", 1 << 20).bytes());
        chunks.extend(std::iter::repeat_n(b' ', 1 << 20));
        chunks.extend(b"\r\n");
    }
    let answer = raw(address, &chunks);
    // The answer is lost if the rest of the body arrives after the connection is closed.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
        "{path}: {answer}"
    );
    for nonsense in ["\0\0\0\0\r\n\r\n", "POST\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let answer = raw(address, nonsense.as_bytes());
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
            "{nonsense:?}: {answer}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_every_api() {
    let cluster = Cluster::start(1);
    let (master, agent) = (cluster.mesos_address(), agent_address(&cluster));
    refuses(master, "/api/v1/scheduler");
    refuses(master, "/api/v1");
    refuses(agent, "/api/v1/executor");
    refuses(agent, "/api/v1");
    let html = [JSON, ("accept", "text/html")];
    let call = json!({ "type": "SUBSCRIBE", "subscribe": subscribe("html") }).to_string();
    let answer = request_with(master, "POST", "/api/v1/scheduler", &html, call.as_bytes()).expect("an answer");
    assert_eq!(answer.status, 406, "{}", answer.text);
    assert_eq!(cluster.mesos("GET", "/health", None).status, 200);
    assert!(!cluster.mesos("GET", "/frameworks", None).text.contains("html"));
}

#[test]
fn a_call_on_another_stream_than_its_own_is_refused() {
    let cluster = Cluster::start(1);
    let first = Scheduler::start(cluster.mesos_address(), &subscribe("first"), |_, _| ());
    let other = Scheduler::start(cluster.mesos_address(), &subscribe("other"), |_, _| ());
    let id = first.session().framework_id().to_owned();
    let revive = |id: &str| json!({ "type": "REVIVE", "framework_id": { "value": id } }).to_string();
    let post = |stream: Option<&str>, body: &str| {
        let headers: Vec<_> = stream.map(|stream| ("mesos-stream-id", stream)).into_iter().collect();
        let answer = first.session().post(&headers, body.as_bytes()).expect("an answer");
        (answer.status, answer.text)
    };
    let own = first.session().stream_id().to_owned();
    assert_eq!(post(Some(&own), &revive(&id)).0, 202);
    let stranger = other.session().stream_id().to_owned();
    for (stream, framework, status, text) in [
        (None, id.as_str(), 400, "should include the 'Mesos-Stream-Id' header"),
        (Some("nonsense"), &id, 400, "didn't match the stream ID"),
        (Some(stranger.as_str()), &id, 400, "didn't match the stream ID"),
        (Some(own.as_str()), "nobody", 400, "Framework cannot be found"),
    ] {
        let (found, why) = post(stream, &revive(framework));
        assert_eq!((found, why.contains(text)), (status, true), "{stream:?}: {why}");
    }
    let again = json!({ "type": "SUBSCRIBE", "subscribe": subscribe("first") }).to_string();
    let (status, why) = post(Some(&own), &again);
    assert_eq!(status, 400, "{why}");

    // A second scheduler takes over: the first is told, and its stream is worth nothing any more.
    let mut info = subscribe("first");
    info["framework_info"]["id"] = json!({ "value": id });
    let successor = Scheduler::start(cluster.mesos_address(), &info, |_, _| ());
    assert_eq!(successor.session().framework_id(), id);
    first.hears("it was replaced", |event| {
        event["type"] == "ERROR" && event["error"]["message"] == "Framework failed over"
    });
    until("its stream is closed", || first.is_over().then_some(()));
    assert_eq!(post(Some(&own), &revive(&id)).0, 400);
    assert_eq!(successor.session().call(json!({ "type": "REVIVE" })).status, 202);
    let last = successor.session().clone();
    drop(successor);
    eventually("nobody is subscribed", 403, || {
        last.call(json!({ "type": "REVIVE" })).status
    });
}

fn launch(offer: &Value, id: &str, agent: &Value, cpus: f64) -> Value {
    let scalar = |name: &str, value: f64| json!({ "name": name, "type": "SCALAR", "scalar": { "value": value } });
    let task = json!({
        "name": id, "task_id": { "value": id }, "agent_id": agent, "command": { "value": "exec sleep 1000" },
        "resources": [scalar("cpus", cpus), scalar("mem", 32.0)],
    });
    assert!(offer["id"].is_object(), "{offer}");
    json!({ "type": "LAUNCH", "launch": { "task_infos": [task] } })
}

#[test]
fn offers_tasks_and_ids_that_are_none_are_told() {
    let cluster = Cluster::start(1);
    let scheduler = Scheduler::start(cluster.mesos_address(), &subscribe("careless"), |session, event| {
        session.acknowledge(event);
    });
    let session = scheduler.session();
    let offer = |number: usize| {
        let offers = until("an offer", || scheduler.events("OFFERS").get(number).cloned());
        offers["offers"]["offers"][0].clone()
    };
    let told = |task: &str, state: &str, reason: &str| {
        scheduler.hears(&format!("{task} is {state} for {reason}"), |event| {
            let status = &event["update"]["status"];
            status["task_id"]["value"] == task
                && status["state"] == state
                && (reason.is_empty() || status["reason"] == reason)
        })
    };
    let first = offer(0);
    let agent = first["agent_id"].clone();
    let accept = |offer: &Value, id: &str, agent: &Value, cpus: f64| {
        session.accept(offer, &[launch(offer, id, agent, cpus)], 0.0).status
    };
    assert_eq!(accept(&first, "good", &agent, 0.1), 202);
    told("good", "TASK_RUNNING", "");
    assert_eq!(accept(&first, "again", &agent, 0.1), 202);
    told("again", "TASK_LOST", "REASON_INVALID_OFFERS");
    let mut unknown = first.clone();
    unknown["id"]["value"] = json!("nonsense");
    assert_eq!(accept(&unknown, "unknown", &agent, 0.1), 202);
    told("unknown", "TASK_LOST", "REASON_INVALID_OFFERS");
    assert_eq!(accept(&offer(1), "good", &agent, 0.1), 202);
    told("good", "TASK_ERROR", "REASON_TASK_INVALID");
    assert_eq!(accept(&offer(2), "huge", &agent, 10_000.0), 202);
    told("huge", "TASK_ERROR", "REASON_TASK_INVALID");
    assert_eq!(accept(&offer(3), "elsewhere", &json!({ "value": "nowhere" }), 0.1), 202);
    told("elsewhere", "TASK_ERROR", "REASON_TASK_INVALID");
    assert_eq!(session.decline(&first, 1.0).status, 202);

    let about = |kind: &str, what: Value| {
        let mut call = json!({ "type": kind });
        call[kind.to_lowercase()] = what;
        let answer = session.call(call);
        (answer.status, answer.text)
    };
    let nobody = json!({ "value": "nobody" });
    assert_eq!(about("KILL", json!({ "task_id": nobody, "agent_id": agent })).0, 202);
    told("nobody", "TASK_LOST", "REASON_RECONCILIATION");
    let tasks = json!([{ "task_id": { "value": "nothing.1" }, "agent_id": agent }]);
    assert_eq!(about("RECONCILE", json!({ "tasks": tasks })).0, 202);
    told("nothing.1", "TASK_LOST", "REASON_RECONCILIATION");
    let acknowledge = |uuid: &str| {
        let task = json!({ "value": "good" });
        about(
            "ACKNOWLEDGE",
            json!({ "agent_id": agent, "task_id": task, "uuid": uuid }),
        )
        .0
    };
    assert_eq!(acknowledge("AAAAAAAAAAAAAAAAAAAAAA=="), 202, "nobody waits for it");
    assert_eq!(acknowledge("AAAA"), 400, "too short");
    assert_eq!(acknowledge("%%%"), 400, "no base64");
    for (kind, what) in [
        ("ACCEPT", json!({})),
        ("KILL", json!({})),
        ("DECLINE", json!({ "offer_ids": "none" })),
        (
            "ACCEPT",
            json!({ "offer_ids": [], "operations": [{ "type": "LAUNCH" }] }),
        ),
        ("MESSAGE", json!({ "data": "AAAA" })),
        ("SHUTDOWN", json!({ "executor_id": { "value": "e" } })),
    ] {
        let (status, why) = about(kind, what.clone());
        assert!(
            status == 400 || (kind, status) == ("ACCEPT", 202),
            "{kind} {what}: {status} {why}"
        );
    }
    assert_eq!(scheduler.states("good")[..2], ["TASK_STARTING", "TASK_RUNNING"]);
    let running = cluster.mesos("GET", "/state-summary", None).json();
    assert_eq!(running["frameworks"][1]["TASK_RUNNING"], 1, "{running}");
}

#[test]
fn an_executor_that_sends_rubbish_harms_only_itself() {
    let cluster = Cluster::start(1);
    let agent = agent_address(&cluster);
    let scheduler = Scheduler::start(cluster.mesos_address(), &subscribe("owner"), |session, event| {
        session.acknowledge(event);
    });
    let offers = scheduler.hears("an offer", |event| event["type"] == "OFFERS");
    let offer = offers["offers"]["offers"][0].clone();
    let mut operation = launch(&offer, "t", &offer["agent_id"], 0.1);
    let framework = json!({ "value": scheduler.session().framework_id() });
    let task = &mut operation["launch"]["task_infos"][0];
    task["command"] = Value::Null;
    task["executor"] = json!({
        "type": "CUSTOM", "executor_id": { "value": "e" }, "framework_id": framework,
        "command": { "value": "exec sleep 1000" }, "resources": task["resources"],
    });
    assert_eq!(scheduler.session().accept(&offer, &[operation], 3600.0).status, 202);

    let call = |kind: &str, executor: &str, what: Value| {
        let mut call = json!({ "type": kind, "framework_id": framework, "executor_id": { "value": executor } });
        call[kind.to_lowercase()] = what;
        call.to_string().into_bytes()
    };
    let post = |body: &[u8]| {
        let answer = request_with(agent, "POST", "/api/v1/executor", &[JSON], body).expect("an answer");
        (answer.status, answer.text)
    };
    let update = |task: &str, state: &str, uuid: Value| {
        let status = json!({
            "task_id": { "value": task }, "state": state, "uuid": uuid, "source": "SOURCE_EXECUTOR", "timestamp": 1,
        });
        call("UPDATE", "e", json!({ "status": status }))
    };
    let uuid = || json!("AAECAwQFBgcICQoLDA0ODw==");
    eventually("it may not speak before it is subscribed", 403, || {
        post(&update("t", "TASK_RUNNING", uuid())).0
    });
    let nothing = json!({ "unacknowledged_tasks": [], "unacknowledged_updates": [] });
    assert_eq!(post(&call("SUBSCRIBE", "stranger", nothing.clone())).0, 400);
    let mut stream =
        Stream::post(agent, "/api/v1/executor", &[JSON], &call("SUBSCRIBE", "e", nothing)).expect("a stream");
    assert_eq!(stream.status(), 200);
    let mut next = || serde_json::from_slice::<Value>(&stream.record().expect("an event")).expect("JSON");
    assert_eq!(next()["type"], "SUBSCRIBED");
    assert_eq!(next()["launch"]["task"]["task_id"]["value"], "t");

    for (what, body) in [
        ("no uuid", update("t", "TASK_RUNNING", Value::Null)),
        ("a short uuid", update("t", "TASK_RUNNING", json!("AAAA"))),
        ("no such state", update("t", "TASK_HAPPY", uuid())),
        ("staging", update("t", "TASK_STAGING", uuid())),
        ("no status", call("UPDATE", "e", json!({}))),
        ("no message", call("MESSAGE", "e", Value::Null)),
        ("no such call", call("DANCE", "e", json!({}))),
        (
            "another executor",
            call("MESSAGE", "stranger", json!({ "data": "AAAA" })),
        ),
    ] {
        let (status, why) = post(&body);
        assert_eq!(status, 400, "{what}: {why}");
        assert!(!why.is_empty(), "{what}");
    }
    // It may say anything of a task that it does not have, as in Mesos; nobody believes it.
    let (status, _) = post(&update("other", "TASK_FINISHED", uuid()));
    assert!(matches!(status, 202 | 400 | 404), "{status}");
    assert_eq!(scheduler.states("other"), [] as [String; 0]);

    // And then it does its work.
    assert_eq!(post(&update("t", "TASK_RUNNING", uuid())).0, 202);
    eventually("it runs", vec!["TASK_RUNNING".to_owned()], || scheduler.states("t"));
    assert_eq!(next()["type"], "ACKNOWLEDGED");
    assert_eq!(
        post(&update("t", "TASK_FINISHED", json!("EAECAwQFBgcICQoLDA0ODw=="))).0,
        202
    );
    eventually("it is over", Some("TASK_FINISHED".to_owned()), || {
        scheduler.states("t").pop()
    });
    cluster.ready();
}

/// Changes a framework's labels again and again, each time a fact for the operators, on a connection of its own.
fn change(scheduler: &Scheduler, address: SocketAddr, times: usize, who: usize) {
    let session = scheduler.session();
    let mut socket = TcpStream::connect(address).expect("a connection");
    let mut answers = vec![0; 4096];
    for number in 0..times {
        let mut info = subscribe("changing")["framework_info"].clone();
        info["id"] = json!({ "value": session.framework_id() });
        let text = format!("{who} {number} {}", "x".repeat(1000));
        info["labels"] = json!({ "labels": [{ "key": "k", "value": text }] });
        let body = json!({
            "type": "UPDATE_FRAMEWORK", "framework_id": { "value": session.framework_id() },
            "update_framework": { "framework_info": info },
        })
        .to_string();
        let head = format!(
            "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nMesos-Stream-Id: {}\r\n\
             Content-Length: {}\r\n\r\n",
            session.stream_id(),
            body.len()
        );
        socket.write_all((head + &body).as_bytes()).expect("a request");
        let count = socket.read(&mut answers).expect("an answer");
        let answer = String::from_utf8_lossy(&answers[..count]);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

#[test]
fn an_operator_who_falls_behind_gets_the_state_anew_and_the_others_all_events() {
    const WRITERS: usize = 16;
    /// More events than the master keeps for anybody, and what sockets hold.
    const EVENTS: usize = 24_000;
    let cluster = Cluster::start(1);
    let address = cluster.mesos_address();
    let scheduler = Scheduler::start(address, &subscribe("changing"), |_, _| ());
    let watch = || {
        let body = json!({ "type": "SUBSCRIBE" }).to_string();
        let headers = [JSON, ("accept", "application/json")];
        let mut stream = Stream::post(address, "/api/v1", &headers, body.as_bytes()).expect("a stream");
        let first = stream.record().expect("an event");
        assert!(first.starts_with(br#"{"type":"SUBSCRIBED""#));
        stream
    };
    let (mut deaf, mut listening) = (watch(), watch());
    let close = listening.handle().expect("a handle");
    let heard = Arc::new(AtomicUsize::new(0));
    let counting = heard.clone();
    let reader = std::thread::spawn(move || {
        let mut states = 0;
        while let Some(record) = listening.record() {
            states += usize::from(record.starts_with(br#"{"type":"SUBSCRIBED""#));
            counting.fetch_add(
                usize::from(record.starts_with(br#"{"type":"FRAMEWORK_UPDATED""#)),
                Ordering::Relaxed,
            );
        }
        states
    });
    std::thread::scope(|scope| {
        for who in 0..WRITERS {
            let scheduler = &scheduler;
            scope.spawn(move || change(scheduler, address, EVENTS / WRITERS, who));
        }
    });
    eventually("the one who reads has heard of all", EVENTS, || {
        heard.load(Ordering::Relaxed)
    });
    let (mut events, mut anew) = (0, false);
    while !anew {
        let record = deaf.record().expect("it was not closed");
        events += usize::from(record.starts_with(br#"{"type":"FRAMEWORK_UPDATED""#));
        anew = record.starts_with(br#"{"type":"SUBSCRIBED""#);
    }
    assert!(events < EVENTS, "it heard of {events}");
    drop(close);
    assert_eq!(reader.join().expect("it reads"), 0, "who reads never falls behind");
}
