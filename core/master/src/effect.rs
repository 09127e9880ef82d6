use std::sync::Arc;

use base_ids::{AgentId, ExecutorId, FrameworkId, OfferId};
use model_cluster::{OperationStatus, TaskStatus};
use wire_link::ToAgent;

use crate::{InverseOffer, Offer};

/// An order to the world. Each may be lost, repeated or come late.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send an order to an agent: `Run`, `Kill` or `Ack`.
    ToAgent { agent_id: AgentId, message: ToAgent },
    /// Ping an agent; the edge fills in how far the journal is.
    Ping { agent_id: AgentId },
    /// End an agent's connection: it counts as unreachable or gone.
    CloseAgent { agent_id: AgentId, why: &'static str },
    /// Tell a framework what became of a task. With a uuid in it the framework must acknowledge.
    Deliver {
        framework_id: FrameworkId,
        agent_id: Option<AgentId>,
        status: Arc<TaskStatus>,
    },
    /// Tell a framework what became of an operation. With a uuid in it the framework must acknowledge.
    DeliverOperation {
        framework_id: FrameworkId,
        status: OperationStatus,
    },
    /// Tell a framework that an executor of its own is over (`FAILURE`). Told once; nobody acknowledges it.
    ExecutorFailed {
        framework_id: FrameworkId,
        agent_id: AgentId,
        executor_id: ExecutorId,
        /// As `wait` tells it; -1 if nobody saw it.
        status: i32,
    },
    /// Offer resources to a framework.
    Offer {
        framework_id: FrameworkId,
        offers: Vec<Arc<Offer>>,
    },
    /// Take back an offer.
    Rescind {
        framework_id: FrameworkId,
        offer_id: OfferId,
    },
    /// Ask a framework whether it can do without agents.
    InverseOffer {
        framework_id: FrameworkId,
        offers: Vec<InverseOffer>,
    },
    /// Take back an inverse offer.
    RescindInverse {
        framework_id: FrameworkId,
        offer_id: OfferId,
    },
    /// Tell every connected framework that an agent is not there any more (`FAILURE`).
    AgentFailed { agent_id: AgentId },
    /// Tell a framework that it is no more, and end its connection.
    FrameworkError {
        framework_id: FrameworkId,
        message: &'static str,
    },
    /// Submit [`crate::Command::Allocate`].
    Allocate,
}
