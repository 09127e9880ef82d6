use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use serde_json::{Value, json};

use crate::{Answer, Handle, Stream, request_with, until};

/// A scheduler on the v1 API that does what a test tells it.
pub struct Scheduler {
    session: Session,
    events: Arc<Mutex<Vec<Value>>>,
    connection: Option<Handle>,
    reader: Option<JoinHandle<()>>,
}

/// What a subscribed scheduler may say.
#[derive(Clone, Debug)]
pub struct Session {
    address: SocketAddr,
    stream_id: String,
    framework_id: String,
}

impl Session {
    /// The id that the master gave.
    pub fn framework_id(&self) -> &str {
        &self.framework_id
    }

    /// A call of this framework, for example `{"type": "REVIVE"}`.
    pub fn call(&self, mut call: Value) -> Answer {
        call["framework_id"] = json!({ "value": self.framework_id });
        self.post(
            &[("mesos-stream-id", self.stream_id.as_str())],
            call.to_string().as_bytes(),
        )
        .expect("the master answers")
    }

    /// Any bytes with any headers besides the type.
    ///
    /// # Errors
    /// What broke.
    pub fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Answer> {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        request_with(self.address, "POST", "/api/v1/scheduler", &all, body)
    }

    /// The id of this subscription's stream.
    pub fn stream_id(&self) -> &str {
        &self.stream_id
    }

    /// Accepts one offer with some operations and gives the rest back.
    pub fn accept(&self, offer: &Value, operations: &[Value], refuse_seconds: f64) -> Answer {
        self.call(json!({
            "type": "ACCEPT",
            "accept": {
                "offer_ids": [offer["id"]],
                "operations": operations,
                "filters": { "refuse_seconds": refuse_seconds },
            },
        }))
    }

    /// Declines one offer.
    pub fn decline(&self, offer: &Value, refuse_seconds: f64) -> Answer {
        self.call(json!({
            "type": "DECLINE",
            "decline": { "offer_ids": [offer["id"]], "filters": { "refuse_seconds": refuse_seconds } },
        }))
    }

    /// Acknowledges the status in an event, if there is one that wants it.
    pub fn acknowledge(&self, event: &Value) {
        let status = &event["update"]["status"];
        if status["uuid"].is_string() {
            self.call(json!({
                "type": "ACKNOWLEDGE",
                "acknowledge": {
                    "agent_id": status["agent_id"], "task_id": status["task_id"], "uuid": status["uuid"],
                },
            }));
        }
    }
}

impl Scheduler {
    /// Subscribes with the fields of a `SUBSCRIBE`, and calls `behave` with each event, on a thread of its own.
    pub fn start(
        address: SocketAddr,
        subscribe: &Value,
        mut behave: impl FnMut(&Session, &Value) + Send + 'static,
    ) -> Self {
        let mut call = json!({ "type": "SUBSCRIBE", "subscribe": subscribe });
        let id = subscribe["framework_info"]["id"].clone();
        if id.is_object() {
            call["framework_id"] = id;
        }
        let headers = [("content-type", "application/json"), ("accept", "application/json")];
        let mut stream = Stream::post(address, "/api/v1/scheduler", &headers, call.to_string().as_bytes())
            .expect("the master answers");
        let Some(stream_id) = stream.header("mesos-stream-id") else {
            panic!("{}: {}", stream.status(), stream.rest());
        };
        let connection = Some(stream.handle().expect("a second handle"));
        let mut record = move || serde_json::from_slice(&stream.record()?).ok();
        let first: Value = record().expect("the first event");
        assert_eq!(first["type"], "SUBSCRIBED", "{first}");
        let framework_id = first["subscribed"]["framework_id"]["value"].as_str();
        let session = Session {
            address,
            stream_id,
            framework_id: framework_id.expect("a framework has an id").to_owned(),
        };
        let events = Arc::new(Mutex::new(vec![first]));
        let (told, kept) = (session.clone(), events.clone());
        let reader = std::thread::spawn(move || {
            while let Some(event) = record() {
                behave(&told, &event);
                kept.lock().expect("no reader panics with it").push(event);
            }
        });
        Self {
            session,
            events,
            connection,
            reader: Some(reader),
        }
    }

    /// What it may say.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// All events of one type so far.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let events = self.events.lock().expect("no reader panics with it");
        events.iter().filter(|event| event["type"] == kind).cloned().collect()
    }

    /// Waits for an event.
    pub fn hears(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        until(what, || {
            let events = self.events.lock().expect("no reader panics with it");
            events.iter().find(|event| wanted(event)).cloned()
        })
    }

    /// The states of a task, as they were told.
    pub fn states(&self, task: &str) -> Vec<String> {
        let updates = self.events("UPDATE").into_iter();
        updates
            .map(|event| event["update"]["status"].clone())
            .filter(|status| status["task_id"]["value"] == task)
            .filter_map(|status| status["state"].as_str().map(str::to_owned))
            .collect()
    }

    /// Whether the master has closed the stream.
    pub fn is_over(&self) -> bool {
        self.reader.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        drop(self.connection.take());
        if self.reader.take().is_some_and(|reader| reader.join().is_err()) && !std::thread::panicking() {
            panic!("a scheduler of this test panicked");
        }
    }
}
