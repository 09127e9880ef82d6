use base_clock::Timestamp;
use minicbor::{Decode, Encode};

/// The wish to take the work off an agent. It cannot be taken back before it is fulfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Drain {
    /// Since when.
    #[n(0)]
    pub since: Timestamp,
    /// No task gets longer than that from SIGTERM to SIGKILL, in milliseconds.
    #[n(1)]
    pub max_grace_ms: Option<u64>,
    /// The agent is marked gone once it is drained.
    #[n(2)]
    pub mark_gone: bool,
    /// All tasks are over and their frameworks know.
    #[n(3)]
    pub drained: bool,
}

impl Drain {
    /// What a task's grace becomes, in milliseconds; `None` leaves it to the task (Mesos' `Slave::drain`).
    pub(crate) fn grace_ms(&self, own: Option<u64>) -> Option<u64> {
        let max = self.max_grace_ms?;
        own.is_none_or(|own| max < own).then_some(max)
    }
}
