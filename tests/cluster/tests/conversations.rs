//! Conversations of real clients, recorded by `conversations/record.py`, held again with the running binary: as they were, in
//! JSON, and with the same calls and events in protobuf.
//!
//! `-> STATUS CALL` is posted, and answered so; `<= EVENT` comes on the stream, and has at least these fields; `!> CALL` is
//! said by the scheduler of an executor. A `$name` stands for what Harmony said in its place first, `$any` for anything.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use cluster::{Cluster, Handle, Scheduler, Stream, request_with, until};
use serde_json::{Value, json};
use wire_mesos::{
    ContentType, decode, encode,
    v1::{executor, scheduler},
};

/// Whom the client speaks to.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Scheduler,
    Executor,
}

impl Side {
    fn call(self, call: &Value, media: ContentType) -> Vec<u8> {
        let json = call.to_string().into_bytes();
        match (media, self) {
            (ContentType::Json, _) => json,
            (_, Self::Scheduler) => encode(
                media,
                &decode::<scheduler::Call>(ContentType::Json, &json).expect("a call"),
            ),
            (_, Self::Executor) => encode(
                media,
                &decode::<executor::Call>(ContentType::Json, &json).expect("a call"),
            ),
        }
    }

    fn event(self, record: &[u8], media: ContentType) -> Value {
        let json = match (media, self) {
            (ContentType::Json, _) => record.to_vec(),
            (_, Self::Scheduler) => encode(
                ContentType::Json,
                &decode::<scheduler::Event>(media, record).expect("an event"),
            ),
            (_, Self::Executor) => encode(
                ContentType::Json,
                &decode::<executor::Event>(media, record).expect("an event"),
            ),
        };
        serde_json::from_slice(&json).expect("JSON")
    }
}

/// What the names stand for.
#[derive(Clone, Default)]
struct Names(BTreeMap<String, Value>);

impl Names {
    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.starts_with('$') => {
                let found = self.0.get(text);
                found.unwrap_or_else(|| panic!("nothing said what {text} is")).clone()
            }
            Value::Array(all) => all.iter().map(|one| self.fill(one)).collect(),
            Value::Object(all) => {
                let all = all.iter().map(|(key, one)| (key.clone(), self.fill(one)));
                Value::Object(all.collect())
            }
            other => other.clone(),
        }
    }

    /// Whether something is as recorded; what it says of new names is kept.
    fn fits(&mut self, recorded: &Value, found: &Value) -> bool {
        match (recorded, found) {
            (Value::String(text), _) if text == "$any" => true,
            (Value::String(text), _) if text.starts_with('$') => {
                self.0.entry(text.clone()).or_insert_with(|| found.clone()) == found
            }
            (Value::Object(recorded), Value::Object(found)) => recorded
                .iter()
                .all(|(key, one)| found.get(key).is_some_and(|other| self.fits(one, other))),
            (Value::Array(recorded), Value::Array(found)) => {
                recorded.len() == found.len() && recorded.iter().zip(found).all(|(one, other)| self.fits(one, other))
            }
            (Value::Number(recorded), Value::Number(found)) => recorded.as_f64() == found.as_f64(),
            _ => recorded == found,
        }
    }
}

/// A client as recorded, and where it is.
struct Client {
    side: Side,
    media: ContentType,
    address: SocketAddr,
    path: String,
    /// The headers of its calls.
    headers: Vec<(String, String)>,
    names: Names,
    events: Arc<Mutex<Vec<Value>>>,
    stream: Option<Handle>,
}

impl Client {
    fn post(&mut self, status: u16, call: &Value, line: usize) {
        let call = self.names.fill(call);
        let body = self.side.call(&call, self.media);
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        if call["type"] != "SUBSCRIBE" {
            let answer = request_with(self.address, "POST", &self.path, &headers, &body).expect("an answer");
            assert_eq!(answer.status, status, "line {line}: {call}: {}", answer.text);
            return;
        }
        let mut stream = Stream::post(self.address, &self.path, &headers, &body).expect("an answer");
        assert_eq!(stream.status(), status, "line {line}: {call}: {}", stream.rest());
        if let Some(id) = stream.header("mesos-stream-id") {
            self.headers.push(("mesos-stream-id".into(), id));
        }
        self.stream = Some(stream.handle().expect("a handle"));
        let (side, media, events) = (self.side, self.media, self.events.clone());
        std::thread::spawn(move || {
            while let Some(record) = stream.record() {
                let event = side.event(&record, media);
                events.lock().expect("nobody panics with it").push(event);
            }
        });
    }

    /// Waits for an event that is as recorded; others that came before stay for later lines.
    fn hear(&mut self, recorded: &Value, line: usize) {
        self.names = until(&format!("line {line}: {recorded}"), || {
            let mut events = self.events.lock().expect("nobody panics with it");
            for number in 0..events.len() {
                let mut names = self.names.clone();
                if names.fits(recorded, &events[number]) {
                    events.remove(number);
                    return Some(names);
                }
            }
            None
        });
    }
}

/// The agent's own address.
fn agent(cluster: &Cluster) -> SocketAddr {
    let slaves = cluster.mesos("GET", "/slaves", None).json();
    let pid = slaves["slaves"][0]["pid"].as_str().expect("a pid").to_owned();
    let (_, address) = pid.split_once('@').expect("name@address");
    address.parse().expect("an address")
}

/// Starts the scheduler of an executor, and tells its framework, first offer and agent to the executor.
fn scheduler(cluster: &Cluster, call: &Value, names: &mut Names) -> Scheduler {
    let scheduler = Scheduler::start(cluster.mesos_address(), &call["subscribe"], |session, event| {
        session.acknowledge(event);
    });
    let offers = scheduler.hears("an offer", |event| event["type"] == "OFFERS");
    let recorded = json!({
        "offers": { "offers": [
            { "id": { "value": "$offer1" }, "agent_id": { "value": "$agent1" }, "framework_id": { "value": "$framework" } },
        ] },
    });
    assert!(names.fits(&recorded, &offers), "{offers}");
    scheduler
}

fn hold(name: &str, side: Side, media: ContentType) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conversations").join(name);
    let text = std::fs::read_to_string(file).expect("the conversation is there");
    let cluster = Cluster::start(1);
    let mut client = Client {
        side,
        media,
        address: if side == Side::Scheduler {
            cluster.mesos_address()
        } else {
            agent(&cluster)
        },
        path: String::new(),
        headers: Vec::new(),
        names: Names::default(),
        events: Arc::default(),
        stream: None,
    };
    let mut other = None;
    for (number, line) in (1..).zip(text.lines()) {
        let parse =
            |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|why| panic!("line {number}: {why}"));
        if let Some(rest) = line.strip_prefix("-> ") {
            let (status, call) = rest.split_once(' ').expect("a status and a call");
            client.post(status.parse().expect("a status"), &parse(call), number);
        } else if let Some(event) = line.strip_prefix("<= ") {
            client.hear(&parse(event), number);
        } else if let Some(call) = line.strip_prefix("!> ") {
            let call = parse(call);
            match &other {
                None => other = Some(scheduler(&cluster, &call, &mut client.names)),
                Some(other) => assert_eq!(other.session().call(client.names.fill(&call)).status, 202, "{line}"),
            }
        } else if let Some((header, value)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
            let value = if media == ContentType::Json {
                value
            } else {
                "application/x-protobuf"
            };
            match header {
                "path" => client.path = line["path: ".len()..].to_owned(),
                _ => client.headers.push((header.to_owned(), value.to_owned())),
            }
        }
    }
    drop(client.stream.take());
}

#[test]
fn avmesos() {
    hold("avmesos.txt", Side::Scheduler, ContentType::Json);
}

#[test]
fn avmesos_in_protobuf() {
    hold("avmesos.txt", Side::Scheduler, ContentType::Protobuf);
}

#[test]
fn pymesos() {
    hold("pymesos.txt", Side::Scheduler, ContentType::Json);
}

#[test]
fn pymesos_in_protobuf() {
    hold("pymesos.txt", Side::Scheduler, ContentType::Protobuf);
}

#[test]
fn node() {
    hold("mesos_framework.txt", Side::Scheduler, ContentType::Json);
}

#[test]
fn an_executor_of_pymesos() {
    hold("pymesos_executor.txt", Side::Executor, ContentType::Json);
}

#[test]
fn an_executor_of_pymesos_in_protobuf() {
    hold("pymesos_executor.txt", Side::Executor, ContentType::Protobuf);
}
