//! The app scheduler's edge: Marathon's API, its event stream, and the worker that carries the scheduler's orders out.
//!
//! Decisions are [`core_apps`]'. Here a request becomes a command, an order becomes a plan or a commit, and a fact becomes
//! an event of Marathon's stream.

mod api;
mod effects;
mod events;
mod feed;
mod options;
mod service;
mod tallies;
mod view;
mod worker;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use base_clock::Timestamp;
use base_ids::Principal;
use core_control::Control;
use io_engine::{Failure, Outcome, Snapshot};

pub use effects::{Effects, Orders};
pub use feed::{Feed, Told};
pub use options::Options;
pub use service::Service;

/// The machine behind every handler.
pub type Handle = io_engine::Handle<Control>;
type Failed = Failure<core_control::Reject>;

/// The release of Marathon whose API this is.
const MARATHON_VERSION: &str = "1.11.24";

/// What handlers and workers share; a clone is a few pointers.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) handle: Handle,
    pub(crate) hub: events::Hub,
    pub(crate) options: Arc<Options>,
    pub(crate) tallies: Arc<tallies::Tallies>,
    pub(crate) started: Instant,
}

impl Edge {
    /// Submits what somebody asked for over the API.
    pub(crate) async fn submit(&self, command: core_apps::Command) -> Result<Outcome<Control>, Failed> {
        // Who asks is known once there is authentication.
        self.handle
            .submit(&Principal::from("user"), core_control::Command::Apps(command))
            .await
    }

    /// The state for a reader.
    pub(crate) async fn state(&self) -> Result<Arc<Snapshot<Control>>, Failed> {
        self.handle.state().await
    }

    /// Now, but never before the last decision that the caller has seen.
    pub(crate) fn now(&self, seen: Timestamp) -> Timestamp {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        seen.max(Timestamp::EPOCH + wall)
    }
}
