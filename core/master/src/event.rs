mod executor;
mod inverse;
mod leadership;
mod oversubscribed;
mod registry;
mod soft;
mod why;

use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, FrameworkId, OperationId, TaskId, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{
    AgentSpec, FrameworkSpec, MachineId, OperationStatus, Quota, TaskSpec, TaskState, TaskStatus, Window,
};
use model_resources::{Operation, Resources, Role};
use wire_link::Holdings;

pub use executor::ExecutorEvent;
pub use inverse::InverseEvent;
pub use leadership::Leadership;
pub use oversubscribed::Oversubscribed;
pub use registry::RegistryEvent;
pub use why::{Drop, Removal};

use crate::{Digest, Face, Offer, Refusal, codec};

/// What is now a fact of the pool. Numbers below 64 are hard and journalled for ever; from 64 on they are soft.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Event {
    /// A new agent.
    #[n(0)]
    AgentJoined {
        #[n(0)]
        agent_id: AgentId,
        #[cbor(n(1), with = "codec::arc")]
        spec: Arc<AgentSpec>,
        #[n(2)]
        credential: Digest,
    },
    /// A known agent says something new of itself or has another credential.
    #[n(1)]
    AgentUpdated {
        #[n(0)]
        agent_id: AgentId,
        #[cbor(n(1), with = "codec::arc")]
        spec: Arc<AgentSpec>,
        #[n(2)]
        credential: Digest,
    },
    /// An agent was silent for too long.
    #[n(2)]
    AgentUnreachable {
        #[n(0)]
        agent_id: AgentId,
    },
    /// An unreachable agent is back.
    #[n(3)]
    AgentReturned {
        #[n(0)]
        agent_id: AgentId,
    },
    /// An agent is gone for ever.
    #[n(4)]
    AgentGone {
        #[n(0)]
        agent_id: AgentId,
    },
    /// A new framework.
    #[n(5)]
    FrameworkSubscribed {
        #[n(0)]
        framework_id: FrameworkId,
        #[cbor(n(1), with = "codec::arc")]
        spec: Arc<FrameworkSpec>,
        #[n(2)]
        face: Face,
    },
    /// A framework says something new of itself.
    #[n(6)]
    FrameworkUpdated {
        #[n(0)]
        framework_id: FrameworkId,
        #[cbor(n(1), with = "codec::arc")]
        spec: Arc<FrameworkSpec>,
        #[n(2)]
        face: Face,
    },
    /// A framework has no scheduler and is removed at the deadline.
    #[n(7)]
    FrameworkDisconnected {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        deadline: Timestamp,
    },
    /// It has a scheduler again.
    #[n(8)]
    FrameworkReconnected {
        #[n(0)]
        framework_id: FrameworkId,
    },
    /// A framework is done; its tasks are to be killed.
    #[n(9)]
    FrameworkRemoved {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        why: Removal,
    },
    /// The last task of a removed framework is over: it is history.
    #[n(10)]
    FrameworkCompleted {
        #[n(0)]
        framework_id: FrameworkId,
    },
    /// A task is to run on an agent.
    #[n(11)]
    TaskLaunched {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        role: Role,
        #[cbor(n(3), with = "codec::arc")]
        task: Arc<TaskSpec>,
        #[n(4)]
        epoch: u64,
    },
    /// An agent runs a task that the journal had lost.
    #[n(12)]
    TaskAdopted {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        role: Role,
        #[cbor(n(3), with = "codec::arc")]
        task: Arc<TaskSpec>,
        #[n(4)]
        epoch: u64,
        #[n(5)]
        state: TaskState,
    },
    /// A task is to end.
    #[n(13)]
    TaskKillRequested {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        task_id: TaskId,
        #[n(2)]
        grace_ms: Option<u64>,
    },
    /// Something became of a task. With a uuid it is delivered until the framework acknowledges it.
    #[n(14)]
    StatusRecorded {
        #[n(0)]
        framework_id: FrameworkId,
        #[cbor(n(1), with = "codec::arc")]
        status: Arc<TaskStatus>,
    },
    /// The framework has the first unacknowledged status of a task.
    #[n(15)]
    StatusAcknowledged {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        task_id: TaskId,
        #[n(2)]
        uuid: Uuid,
    },
    /// A task is over and its framework knows: it is history.
    #[n(16)]
    TaskCompleted {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        task_id: TaskId,
    },
    /// Reservations or volumes of an agent are others: these are all.
    #[n(20)]
    HoldingsChanged {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        holdings: Holdings,
    },
    /// An operation was applied, and its framework wants to hear when its agent has it.
    #[n(21)]
    OperationAccepted {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        operation_id: OperationId,
        #[cbor(n(3), with = "codec::arc")]
        operation: Arc<Operation>,
        /// The version of the agent's holdings that has it.
        #[n(4)]
        version: u64,
    },
    /// Something became of an operation; told until acknowledged.
    #[n(22)]
    OperationRecorded {
        #[n(0)]
        framework_id: FrameworkId,
        #[cbor(n(1), with = "codec::arc")]
        status: Arc<OperationStatus>,
    },
    /// The framework knows how an operation ended: it is forgotten.
    #[n(23)]
    OperationEnded {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        operation_id: OperationId,
    },

    /// A leadership writes from here on.
    #[n(53)]
    LeadershipRecorded(#[n(0)] Leadership),
    /// These roles weigh so much from now on.
    #[n(30)]
    WeightsUpdated {
        #[n(0)]
        weights: Vec<(Role, f64)>,
    },
    /// These roles have such quotas from now on; the default is none.
    #[n(31)]
    QuotaUpdated {
        #[n(0)]
        quotas: Vec<(Role, Quota)>,
    },
    /// An agent gets no more work, and its tasks are to end.
    #[n(40)]
    AgentDrainStarted {
        #[n(0)]
        agent_id: AgentId,
        /// No task gets longer than that from SIGTERM to SIGKILL, in milliseconds.
        #[n(1)]
        max_grace_ms: Option<u64>,
        /// It is gone for ever once it is drained.
        #[n(2)]
        mark_gone: bool,
    },
    /// All tasks of a draining agent are over, and their frameworks know.
    #[n(41)]
    AgentDrained {
        #[n(0)]
        agent_id: AgentId,
    },
    /// An agent gets no more work; its tasks go on.
    #[n(42)]
    AgentDeactivated {
        #[n(0)]
        agent_id: AgentId,
    },
    /// An agent that was drained or deactivated gets work again.
    #[n(43)]
    AgentReactivated {
        #[n(0)]
        agent_id: AgentId,
    },
    /// The machines that will go into maintenance, all of them.
    #[n(44)]
    MaintenanceScheduled {
        #[n(0)]
        windows: Vec<Window>,
    },
    /// Machines are down for maintenance.
    #[n(45)]
    MaintenanceStarted {
        #[n(0)]
        machines: Vec<MachineId>,
    },
    /// Machines are up again, and in the schedule no longer.
    #[n(46)]
    MaintenanceStopped {
        #[n(0)]
        machines: Vec<MachineId>,
    },
    /// An agent was unreachable for too long, or one too many was: nothing is known of it any more.
    #[n(47)]
    AgentForgotten {
        #[n(0)]
        agent_id: AgentId,
    },
    /// Agents were gone for long enough, or too many: their ids are as unknown ones.
    #[n(48)]
    GoneForgotten {
        #[n(0)]
        agent_ids: Vec<AgentId>,
    },

    /// This leadership's timers start; agents and frameworks get their full time to come back.
    #[n(64)]
    LeadershipBegan {
        /// When agents that have not come back are unreachable.
        #[n(0)]
        unreachable_at: Timestamp,
        /// When the registry is looked through for agents that may be forgotten.
        #[n(1)]
        prune_at: Option<Timestamp>,
    },
    /// The leader itself was not live for a while: silence meanwhile is nobody's fault.
    #[n(65)]
    Stalled {
        #[n(0)]
        ping_at: Timestamp,
        #[n(1)]
        unreachable_at: Timestamp,
    },
    /// An agent has a connection. It gets work once it has reported.
    #[n(66)]
    AgentConnected {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        connection: u64,
        #[n(3)]
        ping_at: Timestamp,
    },
    /// An agent has no connection.
    #[n(67)]
    AgentDisconnected {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        unreachable_at: Timestamp,
    },
    /// An agent has reported these tasks and takes orders.
    #[n(68)]
    AgentReported {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        tasks: Vec<(FrameworkId, TaskId)>,
    },
    /// An agent was heard after it had missed a ping.
    #[n(69)]
    AgentHeard {
        #[n(0)]
        agent_id: AgentId,
    },
    /// An agent is asked whether it is there.
    #[n(70)]
    AgentPinged {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        next: Timestamp,
    },
    /// An agent reported a task that must not run there.
    #[n(71)]
    StrayFound {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        framework_id: FrameworkId,
        #[n(2)]
        task_id: TaskId,
    },
    /// An agent repeated an update that is recorded or of no interest any more.
    #[n(72)]
    UpdateRepeated {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        framework_id: FrameworkId,
        #[n(2)]
        task_id: TaskId,
        #[n(3)]
        uuid: Uuid,
    },
    /// A framework has a connection.
    #[n(73)]
    FrameworkConnected {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        connection: u64,
    },
    /// What was free has been considered; perhaps there are offers.
    #[n(74)]
    OffersMade {
        #[cbor(n(0), with = "codec::arcs")]
        offers: Vec<Arc<Offer>>,
        /// The slots of agents of which a quota held something back.
        #[n(1)]
        held: Vec<u32>,
    },
    /// An offer stands no longer.
    #[n(75)]
    OfferDropped {
        #[cbor(n(0), with = "codec::arc")]
        offer: Arc<Offer>,
        #[n(1)]
        why: Drop,
    },
    /// A framework does not want this of an agent until then.
    #[n(76)]
    Filtered {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        role: Role,
        #[cbor(n(3), with = "codec::arc")]
        resources: Arc<Resources>,
        #[n(4)]
        until: Timestamp,
        /// The slots of the framework and of the agent.
        #[n(5)]
        slots: (u32, u32),
    },
    /// Filters up to a time are over.
    #[n(77)]
    FiltersExpired {
        #[n(0)]
        now: Timestamp,
    },
    /// A framework wants offers again for these roles.
    #[n(78)]
    Revived {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        roles: Vec<Role>,
    },
    /// A framework wants no offers for these roles.
    #[n(79)]
    Suppressed {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        roles: Vec<Role>,
    },
    /// A framework asks for the state of these tasks.
    #[n(80)]
    ReconcileAsked {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        tasks: Vec<(TaskId, Option<AgentId>)>,
    },
    /// A task of an ACCEPT never came to be; this is what its framework hears, once.
    #[n(81)]
    LaunchRefused {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: Option<AgentId>,
        #[cbor(n(2), with = "codec::arc")]
        status: Arc<TaskStatus>,
    },
    /// The answer to a commit.
    #[n(82)]
    CommitAnswered {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        accepted: Vec<TaskId>,
        #[n(2)]
        refused: Vec<(TaskId, Refusal)>,
    },
    /// A task that must not run on an agent has ended there.
    #[n(83)]
    StrayEnded {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        framework_id: FrameworkId,
        #[n(2)]
        task_id: TaskId,
    },
    /// A connected framework did not acknowledge the first status of a task in time: it is delivered again.
    #[n(84)]
    DeliveryRepeated {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        task_id: TaskId,
    },
    /// What a framework hears once of an operation.
    #[n(120)]
    OperationTold {
        #[n(0)]
        framework_id: FrameworkId,
        #[cbor(n(1), with = "codec::arc")]
        status: Arc<OperationStatus>,
    },
    /// A framework asks for the state of these operations.
    #[n(121)]
    OperationsAsked {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        operations: Vec<(OperationId, Option<AgentId>)>,
    },
    /// An agent says which version of its holdings it has.
    #[n(122)]
    AgentHolds {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        version: u64,
    },
    /// A connected framework did not acknowledge the end of an operation in time: it is told again.
    #[n(123)]
    OperationRepeated {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        operation_id: OperationId,
    },
    /// What became of an executor.
    #[n(50)]
    Executor(#[n(0)] ExecutorEvent),
    /// An executor that must not run on an agent is there.
    #[n(150)]
    StrayExecutorFound {
        #[n(0)]
        agent_id: AgentId,
        #[n(1)]
        framework_id: FrameworkId,
        #[n(2)]
        executor_id: ExecutorId,
    },
    /// What became of inverse offers.
    #[n(140)]
    Inverse(#[n(0)] InverseEvent),
    /// What is to become of agents that are not here.
    #[n(143)]
    Registry(#[n(0)] RegistryEvent),
    /// An agent has other revocable resources than before.
    #[n(170)]
    Oversubscribed(#[n(0)] Oversubscribed),
}
