use std::sync::atomic::{AtomicU64, Ordering};

use model_cluster::TaskState;

/// What is counted since the start of this process.
#[derive(Default)]
pub(crate) struct Tallies {
    /// Deployments that were started over the API.
    pub(crate) deployments: Count,
    /// Deployments that were refused because too many run.
    pub(crate) dismissed: Count,
    /// Launches that the pool took.
    pub(crate) launches: Count,
    /// Statuses by state, in the order of [`TaskState::ALL`].
    pub(crate) statuses: [Count; TaskState::ALL.len()],
    /// Bytes of events that were handed to listeners.
    pub(crate) event_bytes: Count,
    /// Bytes of requests' bodies.
    pub(crate) request_bytes: Count,
    /// Requests that are being answered.
    pub(crate) active_requests: Count,
}

impl Tallies {
    /// The count of statuses of one state.
    pub(crate) fn status(&self, state: TaskState) -> &Count {
        &self.statuses[state as usize]
    }
}

/// A number that many threads change.
#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    pub(crate) fn take(&self, n: usize) {
        self.0.fetch_sub(n as u64, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
