//! The command line's HTTP: requests to a cluster, each waited for.

mod connect;
mod events;
mod login;
mod problem;
mod query;

use std::time::Duration;

use base_fault::Class;
use io_httpd::{Bytes, Method, StatusCode};
use serde_json::Value;
use tokio::runtime::Runtime;

pub use events::{Event, Events};
pub use login::Login;
pub use query::{encode, query};

use crate::cluster::Cluster;
use crate::failure::Failure;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer may take to somebody who asks again anyway.
const LOOK: Duration = Duration::from_secs(2);
/// The largest answer that is read.
const ANSWER_LIMIT: usize = 1 << 30;

/// Which of the cluster's two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Mesos' and Harmony's own.
    Mesos,
    /// Marathon's.
    Marathon,
}

/// Asks for a URL, once and impatiently: for whoever waits until somebody answers.
///
/// # Errors
/// Nobody answers.
pub async fn fetch(url: &str, login: &Login) -> Result<Answer, Failure> {
    let late = |_| Failure::new(Class::Timeout, format!("{url} did not answer"));
    tokio::time::timeout(LOOK, connect::ask(&Method::GET, url, None, login))
        .await
        .map_err(late)?
}

/// A cluster that can be asked.
pub struct Client {
    pub cluster: Cluster,
    login: Login,
    runtime: Runtime,
}

/// An answer, of any status.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; an empty one is null.
    pub fn json(&self) -> anyhow::Result<Value> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let broken = |error| Failure::new(Class::Internal, format!("the answer is not JSON: {error}"));
        Ok(serde_json::from_slice(&self.body).map_err(broken)?)
    }
}

impl Client {
    /// A client of `cluster`; nothing is sent yet.
    ///
    /// # Errors
    /// The operating system has no event queue for it.
    pub fn new(cluster: Cluster, login: Login) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self {
            cluster,
            login,
            runtime,
        })
    }

    /// The URL of a path.
    pub fn url(&self, face: Face, path: &str) -> String {
        let base = match face {
            Face::Mesos => &self.cluster.mesos,
            Face::Marathon => &self.cluster.marathon,
        };
        format!("{base}{path}")
    }

    /// Asks, and gives the body of a success.
    ///
    /// # Errors
    /// Nobody answers, or the answer is an error: a [`Failure`] with its class and the server's own words.
    pub fn call(&self, face: Face, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let answer = self.ask(face, method, path, body)?;
        if answer.status.is_success() {
            answer.json()
        } else {
            Err(problem::read(&answer).into())
        }
    }

    /// Asks, and gives any answer.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn ask(&self, face: Face, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        let url = self.url(face, path);
        let asked = async { tokio::time::timeout(PATIENCE, connect::ask(&method, &url, body, &self.login)).await };
        let answer = self.runtime.block_on(asked);
        let late = |_| {
            Failure::new(
                Class::Timeout,
                format!("{url} did not answer within {} s", PATIENCE.as_secs()),
            )
        };
        Ok(answer.map_err(late)??)
    }

    /// GET on Harmony's own API.
    pub fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Face::Mesos, Method::GET, path, None)
    }

    /// GET on Marathon's API.
    pub fn marathon(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Face::Marathon, Method::GET, path, None)
    }

    /// All items of a list of Harmony's own API, page after page.
    pub fn items(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut page = path.to_owned();
        loop {
            let mut answer = self.get(&page)?;
            if let Some(Value::Array(more)) = answer.get_mut("items").map(Value::take) {
                items.extend(more);
            }
            let Some(next) = answer["continue"].as_str() else {
                return Ok(items);
            };
            let joint = if path.contains('?') { '&' } else { '?' };
            page = format!("{path}{joint}continue={}", encode(next));
        }
    }

    /// Marathon's event stream, from now on; only events of these types.
    ///
    /// # Errors
    /// The stream cannot be had.
    pub fn events(&self, types: &[&str]) -> anyhow::Result<Events> {
        let pairs: Vec<(&str, &str)> = types.iter().map(|name| ("event_type", *name)).collect();
        let url = self.url(Face::Marathon, &format!("/v2/events{}", query(&pairs)));
        self.runtime.block_on(events::open(&url, &self.login))
    }

    /// The next event, or `None` when none came within `wait` or the stream has ended.
    pub fn next_event(&self, events: &mut Events, wait: Duration) -> Option<Event> {
        self.runtime
            .block_on(async { tokio::time::timeout(wait, events.next()).await.ok().flatten() })
    }

    /// Waits.
    pub fn pause(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }
}
