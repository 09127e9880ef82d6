//! The master's edge: the agents' links, the v1 scheduler API, the endpoints that tools read, and Harmony's own API.
//!
//! Decisions are [`core_master`]'s. Here a message becomes a command, and an effect becomes a message.

mod agents;
mod api;
mod driver;
mod effects;
mod flags;
mod frameworks;
mod identity;
mod link;
mod operator;
mod options;
mod scheduler;
pub mod secret;

use base_ids::Principal;
use io_engine::{Failure, Snapshot};
use io_httpd::HttpError;
use std::sync::Arc;

pub use api::router;
pub use effects::{Effects, InProcess, Shared};
pub use options::Options;

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
    pub(crate) started: std::time::Instant,
}

impl Master {
    /// Ties what the effects' side shares, made before the engine, to the engine's handle.
    pub fn new(handle: Handle, shared: Shared, options: Options) -> Self {
        Self {
            handle,
            agents: shared.agents,
            frameworks: shared.frameworks,
            options: Arc::new(options),
            started: std::time::Instant::now(),
        }
    }

    /// Submits a command of a link, whose answer nobody waits for.
    pub(crate) fn tell(&self, command: core_master::Command) -> Result<(), Failed> {
        self.handle
            .tell(&Principal::from("agent"), core_control::Command::Master(command))
    }

    /// When this master started, in seconds since 1970. It leads since then.
    pub(crate) async fn started_at(&self) -> Result<f64, Failed> {
        let snapshot = self.handle.state().await?;
        Ok(self.started_before(&snapshot))
    }

    /// The same, by the clock of a snapshot.
    pub(crate) fn started_before(&self, snapshot: &Snapshot<core_control::Control>) -> f64 {
        snapshot.at.as_secs_f64() - self.started.elapsed().as_secs_f64()
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
