//! The master's edge: the agents' links, the v1 scheduler API, the endpoints that tools read, and Harmony's own API.
//!
//! Decisions are [`core_master`]'s. Here a message becomes a command, and an effect becomes a message.

pub mod access;
mod agents;
mod api;
mod counters;
mod document;
mod driver;
mod effects;
mod endpoints;
mod events;
mod flags;
mod frameworks;
mod identity;
mod limits;
mod link;
mod messages;
mod operator;
mod options;
mod scheduler;
pub mod secret;
mod view;

use base_ids::Principal;
use io_engine::{Failure, Snapshot};
use io_httpd::HttpError;
use std::sync::Arc;

pub use access::Access;
pub use api::router;
pub use document::{Form, Printer, Section};
pub use effects::{Effects, InProcess, Shared};
pub use limits::RateLimits;
pub use options::Options;
pub use view::Pids;

/// The machine behind every handler.
pub type Handle = io_engine::Handle<core_control::Control>;
type Failed = Failure<core_control::Reject>;

/// The cluster's name in the endpoints that have one.
const CLUSTER: &str = "harmony";

/// What links and handlers share; a clone is a few pointers.
#[derive(Clone)]
pub struct Master {
    pub(crate) handle: Handle,
    pub(crate) agents: agents::Agents,
    pub(crate) frameworks: frameworks::Frameworks,
    pub(crate) options: Arc<Options>,
    pub(crate) limits: limits::Limits,
    pub(crate) later: Arc<tokio::sync::watch::Sender<u64>>,
    pub(crate) started: std::time::Instant,
    /// When this master started, in seconds since 1970. It leads since then.
    pub(crate) started_at: f64,
    pub(crate) press: document::Press,
    pub(crate) hub: events::Hub,
    pub(crate) counters: counters::Counters,
    /// Which native drivers have proved who they are.
    pub(crate) proofs: driver::Proofs,
}

impl Master {
    /// Ties what the effects' side shares, made before the engine, to the engine's handle.
    pub fn new(handle: Handle, shared: Shared, options: Options) -> Self {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self {
            handle,
            agents: shared.agents,
            frameworks: shared.frameworks,
            limits: options
                .rate_limits
                .as_ref()
                .map(limits::Limits::new)
                .unwrap_or_default(),
            options: Arc::new(options),
            later: Arc::default(),
            started: std::time::Instant::now(),
            started_at: since_epoch.unwrap_or_default().as_secs_f64(),
            press: Default::default(),
            hub: Default::default(),
            counters: Default::default(),
            proofs: Default::default(),
        }
    }

    /// Resolves with the epoch of a later leadership once an agent has seen one: this journal is an old copy, and this
    /// master must take a later epoch still, or its orders are refused.
    pub fn later_epoch(&self) -> impl Future<Output = u64> + Send + use<> {
        let mut later = self.later.subscribe();
        async move {
            let seen = later.wait_for(|epoch| *epoch > 0).await.map(|epoch| *epoch);
            match seen {
                Ok(epoch) => epoch,
                Err(_) => std::future::pending().await,
            }
        }
    }

    /// Submits a command of a link, whose answer nobody waits for.
    pub(crate) fn tell(&self, command: core_master::Command) -> Result<(), Failed> {
        self.handle
            .tell(&Principal::from("agent"), core_control::Command::Master(command))
    }

    /// The state for a reader.
    pub(crate) async fn state(&self) -> Result<Arc<Snapshot<core_control::Control>>, HttpError> {
        self.handle.state().await.map_err(|failure| http_error(&failure))
    }
}

/// A failure in the form of Harmony's own API.
pub(crate) fn http_error(failure: &Failed) -> HttpError {
    let message = match failure {
        Failure::Rejected(reject) => reject.to_string(),
        other => other.to_string(),
    };
    HttpError::new(failure.class(core_control::Reject::class), message)
}
