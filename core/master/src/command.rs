use std::time::Duration;

use base_ids::{AgentId, ExecutorId, FrameworkId, OfferId, OperationId, TaskId, Uuid};
use model_cluster::{FrameworkSpec, MachineId, Quota, TaskSpec, Window};
use model_resources::{Operation, Quantities, Resources, Role};
use wire_link::{ExecutorExit, ExecutorReport, Failure, Hello, Holdings, TaskReport, Update};

use crate::{Digest, Face};

/// What is asked of the master. Who is named by an id and must exist for a command is rejected if it does not.
#[derive(Clone, Debug)]
pub enum Command {
    /// An agent introduced itself on a new connection.
    JoinAgent(JoinAgent),
    /// All that an agent runs or has not yet got rid of; it gets no orders before.
    AgentReport { agent_id: AgentId, tasks: Vec<TaskReport> },
    /// Something became of a task.
    AgentUpdate { agent_id: AgentId, update: Update },
    /// All executors that an agent has; before its report of tasks.
    AgentExecutors {
        agent_id: AgentId,
        executors: Vec<ExecutorReport>,
    },
    /// An executor is over.
    ExecutorExited { agent_id: AgentId, exit: ExecutorExit },
    /// A framework ends an executor with all of its tasks (`SHUTDOWN`).
    ShutdownExecutor {
        framework_id: FrameworkId,
        agent_id: AgentId,
        executor_id: ExecutorId,
    },
    /// An agent answered a ping.
    AgentPong { agent_id: AgentId },
    /// An agent's connection ended; of no effect if it has a newer one.
    AgentClosed { agent_id: AgentId, connection: u64 },
    /// An operator takes an agent out for ever: its tasks are gone and it is refused from now on.
    MarkAgentGone { agent_id: AgentId },
    /// Takes the work off an agent (`DRAIN_AGENT`).
    DrainAgent {
        agent_id: AgentId,
        /// No task gets longer than that from SIGTERM to SIGKILL.
        max_grace: Option<Duration>,
        /// It is marked gone once it is drained.
        mark_gone: bool,
    },
    /// Gives an agent no more work; its tasks go on (`DEACTIVATE_AGENT`).
    DeactivateAgent { agent_id: AgentId },
    /// Gives work again to an agent that was drained or deactivated (`REACTIVATE_AGENT`).
    ReactivateAgent { agent_id: AgentId },
    /// Replaces the schedule of maintenance (`UPDATE_MAINTENANCE_SCHEDULE`).
    ScheduleMaintenance { windows: Vec<Window> },
    /// Takes machines down that are scheduled: their tasks end at once (`START_MAINTENANCE`).
    StartMaintenance { machines: Vec<MachineId> },
    /// Brings machines up that are down (`STOP_MAINTENANCE`).
    StopMaintenance { machines: Vec<MachineId> },
    /// A framework says whether it can do without some agents. Inverse offers that stand no longer are passed over.
    AnswerInverseOffers {
        framework_id: FrameworkId,
        offer_ids: Vec<OfferId>,
        /// Whether it can.
        accepted: bool,
        /// How long it is not asked again; the default if not given, at most a year.
        refuse: Option<Duration>,
    },
    /// Time has passed.
    Tick,
    /// Offer what is free to those who want it. The engine submits it for [`crate::Effect::Allocate`].
    Allocate,
    /// A scheduler subscribes or comes back.
    Subscribe(Subscribe),
    /// A framework changes what it says of itself (`UPDATE_FRAMEWORK`).
    UpdateFramework {
        framework_id: FrameworkId,
        spec: FrameworkSpec,
    },
    /// A framework's connection ended; of no effect if it has a newer one.
    FrameworkClosed { framework_id: FrameworkId, connection: u64 },
    /// A framework uses offers of one agent; what it leaves is declined.
    Accept {
        framework_id: FrameworkId,
        offer_ids: Vec<OfferId>,
        /// What it does with them, in this order; what cannot be is left out, and the rest goes on.
        operations: Vec<OfferOperation>,
        /// How long the rest is not offered again; the default if not given, at most a year.
        refuse: Option<Duration>,
    },
    /// A framework does not want offers.
    Decline {
        framework_id: FrameworkId,
        offer_ids: Vec<OfferId>,
        /// How long it does not want them again; the default if not given, at most a year.
        refuse: Option<Duration>,
    },
    /// A framework wants offers again, whatever it declined; for all of its roles if none is named.
    Revive {
        framework_id: FrameworkId,
        roles: Vec<Role>,
    },
    /// A framework wants no offers; for all of its roles if none is named.
    Suppress {
        framework_id: FrameworkId,
        roles: Vec<Role>,
    },
    /// End a task.
    Kill {
        framework_id: FrameworkId,
        task_id: TaskId,
        /// Where the framework believes it is; used for the answer about an unknown task.
        agent_id: Option<AgentId>,
        /// From SIGTERM to SIGKILL; the task's own if not given.
        grace: Option<Duration>,
    },
    /// A framework has a status. Anything but the first unacknowledged one of the task is passed over.
    Acknowledge {
        framework_id: FrameworkId,
        agent_id: AgentId,
        task_id: TaskId,
        uuid: Uuid,
    },
    /// A framework asks for the state of some tasks, or of all if the list is empty.
    Reconcile {
        framework_id: FrameworkId,
        tasks: Vec<(TaskId, Option<AgentId>)>,
    },
    /// A framework knows how an operation ended. Anything but the status that is being told is passed over.
    AcknowledgeOperation {
        framework_id: FrameworkId,
        operation_id: OperationId,
        uuid: Uuid,
    },
    /// A framework asks for the state of some operations, or of all if the list is empty.
    ReconcileOperations {
        framework_id: FrameworkId,
        operations: Vec<(OperationId, Option<AgentId>)>,
    },
    /// An operator changes what an agent's free resources are. Offers that stand in the way are rescinded.
    ConvertResources { agent_id: AgentId, operation: Operation },
    /// An agent says which reservations and volumes it has.
    AgentHolds {
        agent_id: AgentId,
        holdings: Holdings,
        /// What of them it can't have: it has none of them then, but those from before.
        failures: Vec<Failure>,
    },
    /// An agent says which revocable resources it has, used or not: these are all.
    AgentOversubscribes { agent_id: AgentId, resources: Resources },
    /// A framework is done: its tasks are killed.
    Teardown { framework_id: FrameworkId },
    /// An operator sets the weights of roles.
    UpdateWeights { weights: Vec<(Role, f64)> },
    /// An operator sets quotas, all of them or none; the default takes a quota away.
    UpdateQuota {
        quotas: Vec<(Role, Quota)>,
        /// Whatever is already used, and whatever the cluster has.
        force: bool,
    },
    /// The older form: a guarantee that is the limit too, for a role that has no quota yet.
    SetQuota {
        role: Role,
        guarantee: Quantities,
        /// Whatever the cluster has.
        force: bool,
    },
    /// The older form: takes the quota of a role that has one away.
    RemoveQuota { role: Role },
    /// The other face of the pool: launches on any free resources, accepted one by one. The answer is
    /// [`crate::Event::CommitAnswered`].
    Commit {
        framework_id: FrameworkId,
        launches: Vec<Launch>,
    },
}

/// An agent's introduction.
#[derive(Clone, Debug)]
pub struct JoinAgent {
    /// What the agent sent.
    pub hello: Hello,
    /// How it proves itself.
    pub proof: Proof,
    /// The hash of the credential it shall have from now on; needed with a join token.
    pub new_credential: Option<Digest>,
    /// Tells this connection from the agent's others.
    pub connection: u64,
}

/// How an agent proves itself; the hashes of what it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The cluster's token, for a new agent.
    JoinToken(Digest),
    /// The agent's own credential.
    Credential(Digest),
}

/// A scheduler's introduction.
#[derive(Clone, Debug)]
pub struct Subscribe {
    /// The id it has from before; a new one is made if not given.
    pub framework_id: Option<FrameworkId>,
    /// What it says of itself.
    pub spec: FrameworkSpec,
    /// How it uses the pool.
    pub face: Face,
    /// Take over from a scheduler that is still connected under this id.
    pub force: bool,
    /// Tells this connection from the framework's others.
    pub connection: u64,
}

/// One thing that a framework does with offers.
#[derive(Clone, Debug, PartialEq)]
pub enum OfferOperation {
    /// A task.
    Launch(Launch),
    /// A change of what the resources are. The framework hears what became of it if it gave it an id.
    Convert {
        operation_id: Option<OperationId>,
        operation: Operation,
    },
    /// What was understood to be impossible.
    Invalid {
        operation_id: Option<OperationId>,
        why: String,
    },
}

impl OfferOperation {
    /// The tasks that this one is launched with, itself among them; empty for whatever stands alone.
    pub(crate) fn group(&self) -> &[TaskId] {
        match self {
            Self::Launch(launch) => &launch.task.group,
            Self::Convert { .. } | Self::Invalid { .. } => &[],
        }
    }
}

/// One task for one agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// Where.
    pub agent_id: AgentId,
    /// For which of the framework's roles: the offer's in an ACCEPT, the framework's first in a commit if not given.
    pub role: Option<Role>,
    /// What.
    pub task: TaskSpec,
}
