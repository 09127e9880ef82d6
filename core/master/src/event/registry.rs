use base_clock::Timestamp;
use base_ids::AgentId;
use minicbor::{Decode, Encode};

/// What is to become of agents that are not here.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum RegistryEvent {
    /// An agent may be removed at this time and not before, unless it is heard.
    #[n(0)]
    RemovalScheduled {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        at: Timestamp,
    },
    /// The registry was looked through for what may be forgotten.
    #[n(1)]
    Pruned {
        /// When it is looked through next.
        #[n(0)]
        next: Timestamp,
    },
    /// More agents than may be have not come back to a new leader: none of them is removed before this time.
    #[n(2)]
    RemovalsHeld {
        #[n(0)]
        until: Timestamp,
        /// How many have not.
        #[n(1)]
        missing: u64,
        /// Of how many.
        #[n(2)]
        known: u64,
    },
}
