use std::sync::Arc;

use base_ids::{AgentId, OperationId};
use minicbor::{Decode, Encode};
use model_cluster::{OperationState, OperationStatus};
use model_resources::Operation;

use crate::codec;

/// An offer operation whose framework wants to hear of it and has not acknowledged its end.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct OperationRecord {
    /// Its framework's slot.
    #[n(0)]
    pub framework: u32,
    /// Its agent's slot.
    #[n(1)]
    pub agent: u32,
    /// Its agent.
    #[n(2)]
    pub agent_id: AgentId,
    /// As its framework calls it.
    #[n(3)]
    pub operation_id: OperationId,
    /// What was done.
    #[cbor(n(4), with = "codec::arc")]
    pub operation: Arc<Operation>,
    /// The version of the agent's holdings that has it.
    #[n(5)]
    pub version: u64,
    /// What is known of it now. Once it has a uuid it is delivered until acknowledged.
    #[cbor(n(6), with = "codec::arc")]
    pub status: Arc<OperationStatus>,
}

impl OperationRecord {
    /// Whether the agent has not confirmed it.
    pub fn is_pending(&self) -> bool {
        self.status.state == OperationState::Pending
    }

    /// Whether it is over and the framework has not acknowledged it.
    pub(crate) fn is_awaited(&self) -> bool {
        self.status.uuid.is_some()
    }
}
