use base_ids::{AgentId, OperationId, Uuid};
use minicbor::{Decode, Encode};
use model_resources::Resources;

/// Where an offer operation is in its life (`OperationState`). The discriminants are Mesos' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum OperationState {
    /// The agent has not confirmed it.
    #[n(1)]
    Pending = 1,
    /// The agent has it.
    #[n(2)]
    Finished = 2,
    /// The agent could not do it.
    #[n(3)]
    Failed = 3,
    /// It made no sense, and changed nothing.
    #[n(4)]
    Error = 4,
    /// It got lost on the way to the agent.
    #[n(5)]
    Dropped = 5,
    /// Its agent is unreachable.
    #[n(6)]
    Unreachable = 6,
    /// Its agent was marked gone.
    #[n(7)]
    GoneByOperator = 7,
    /// Its agent has not come back since the master started.
    #[n(8)]
    Recovering = 8,
    /// The master has never heard of it, or not for long.
    #[n(9)]
    Unknown = 9,
}

impl OperationState {
    /// Every state, in Mesos' numbering.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Finished,
        Self::Failed,
        Self::Error,
        Self::Dropped,
        Self::Unreachable,
        Self::GoneByOperator,
        Self::Recovering,
        Self::Unknown,
    ];

    /// Mesos' name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "OPERATION_PENDING",
            Self::Finished => "OPERATION_FINISHED",
            Self::Failed => "OPERATION_FAILED",
            Self::Error => "OPERATION_ERROR",
            Self::Dropped => "OPERATION_DROPPED",
            Self::Unreachable => "OPERATION_UNREACHABLE",
            Self::GoneByOperator => "OPERATION_GONE_BY_OPERATOR",
            Self::Recovering => "OPERATION_RECOVERING",
            Self::Unknown => "OPERATION_UNKNOWN",
        }
    }
}

/// What is known of an offer operation at one moment (`OperationStatus`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct OperationStatus {
    /// The operation, as its framework calls it.
    #[n(0)]
    pub operation_id: OperationId,
    /// Its state.
    #[n(1)]
    pub state: OperationState,
    /// For a person.
    #[n(2)]
    pub message: Option<String>,
    /// What it made, once it is finished.
    #[n(3)]
    pub converted: Resources,
    /// What an acknowledgement names. `None` needs none.
    #[n(4)]
    pub uuid: Option<Uuid>,
    /// Whose resources.
    #[n(5)]
    pub agent_id: Option<AgentId>,
}

impl OperationStatus {
    /// A bare status; the caller fills in what more it knows.
    pub fn new(operation_id: OperationId, state: OperationState) -> Self {
        Self {
            operation_id,
            state,
            message: None,
            converted: Resources::new(),
            uuid: None,
            agent_id: None,
        }
    }

    /// With a message for a person.
    #[must_use]
    pub fn because(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Of an agent.
    #[must_use]
    pub fn on(mut self, agent_id: impl Into<Option<AgentId>>) -> Self {
        self.agent_id = agent_id.into();
        self
    }
}
