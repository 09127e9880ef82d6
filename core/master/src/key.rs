use base_ids::{AgentId, ExecutorId, FrameworkId, OperationId, TaskId, Uuid};

/// Whom a fact concerns. Keys with more than an id stand for something that is told once and is in no state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// What is free, as a whole.
    Pool,
    /// An agent: whether its connection may stay.
    Agent(AgentId),
    /// An agent that is due a ping.
    Ping(AgentId),
    /// A framework: whether its connection may stay.
    Framework(FrameworkId),
    /// The latest offers to a framework.
    Offers(FrameworkId),
    /// An offer that is no more, by number.
    Rescind(FrameworkId, u64),
    /// The latest inverse offers to a framework.
    InverseOffers(FrameworkId),
    /// An inverse offer that is no more, by number.
    RescindInverse(FrameworkId, u64),
    /// An agent that is not there any more, as everybody is told.
    AgentFailed(AgentId),
    /// The orders for a task, by slot.
    Orders(u32),
    /// The first unacknowledged status of a task, by slot.
    Delivery(u32),
    /// An agent's update that is recorded.
    Ack {
        agent_id: AgentId,
        framework_id: FrameworkId,
        task_id: TaskId,
        uuid: Uuid,
    },
    /// A task that an agent must end, known or not.
    Stray {
        agent_id: AgentId,
        framework_id: FrameworkId,
        task_id: TaskId,
    },
    /// The state of a task, known or not, as reconciliation asks for it.
    Answer {
        framework_id: FrameworkId,
        task_id: TaskId,
        agent_id: Option<AgentId>,
    },
    /// The reservations and volumes that an agent is to have.
    Holdings(AgentId),
    /// The end of an operation that is not acknowledged, by slot.
    Operation(u32),
    /// The state of an operation, known or not, as reconciliation asks for it.
    OperationAnswer {
        framework_id: FrameworkId,
        operation_id: OperationId,
        agent_id: Option<AgentId>,
    },
    /// What is said once of an operation, by number.
    Told(u64),
    /// An executor that an agent must end, known or not.
    Executor {
        agent_id: AgentId,
        framework_id: FrameworkId,
        executor_id: ExecutorId,
    },
    /// An executor that is over.
    ExecutorOver {
        agent_id: AgentId,
        framework_id: FrameworkId,
        executor_id: ExecutorId,
        status: i32,
    },
    /// A refused launch, by number.
    Refusal(u64),
}
