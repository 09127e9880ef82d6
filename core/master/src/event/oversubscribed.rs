use base_ids::AgentId;
use minicbor::{Decode, Encode};
use model_resources::Resources;

/// What an agent has beyond what it offers for sure. Soft: an agent says it again on each of its connections.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Oversubscribed {
    /// The agent.
    #[n(0)]
    pub agent_id: AgentId,
    /// All of its revocable resources, used or not.
    #[n(1)]
    pub resources: Resources,
}
