use minicbor::{Decode, Encode};

/// Why a framework was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Removal {
    /// It asked for it.
    #[n(0)]
    Teardown,
    /// Its scheduler did not come back in time.
    #[n(1)]
    FailoverTimeout,
}

/// Why an offer stands no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Drop {
    /// The framework used it.
    #[n(0)]
    Accepted,
    /// The framework does not want it.
    #[n(1)]
    Declined,
    /// It was not answered in time.
    #[n(2)]
    Expired,
    /// Its agent is not there, or is not what it was.
    #[n(3)]
    AgentLost,
    /// Its framework is not there.
    #[n(4)]
    FrameworkLost,
    /// A commit needed the resources.
    #[n(5)]
    Rescinded,
}

impl Drop {
    /// Whether the framework does not know of it yet and must be told.
    pub fn is_rescind(self) -> bool {
        matches!(self, Self::Expired | Self::AgentLost | Self::Rescinded)
    }
}
