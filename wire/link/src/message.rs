use std::sync::Arc;

use base_ids::{AgentId, ClusterId, FrameworkId, Secret, TaskId, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{AgentSpec, FrameworkSpec, TaskSpec, TaskState, TaskStatus};
use model_resources::Resources;

use crate::{ExecutorExit, ExecutorMessage, ExecutorReport, ShutdownExecutor};

use crate::{Hold, Holdings, Origin, ReconfigurationPolicy, Unmade};

/// The version of this protocol that this release speaks.
pub const PROTOCOL: u32 = 1;

/// From an agent.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum ToMaster {
    /// Who I am; always first.
    #[n(0)]
    Hello(#[n(0)] Hello),
    /// All that I run or have not yet got rid of; sent after `Welcome`.
    #[n(1)]
    Report(#[n(0)] Vec<TaskReport>),
    /// Something became of a task; repeated until acknowledged.
    #[n(2)]
    Update(#[n(0)] Update),
    /// Answer to a ping.
    #[n(3)]
    Pong,
    /// The reservations and volumes that I have; sent before each report, and when they have changed.
    #[n(20)]
    Held(#[n(0)] Holdings),
    /// What I can't have of the reservations and volumes that I am to have; sent in place of `Held`.
    #[n(60)]
    Unmade(#[n(0)] Unmade),
    /// All executors that I have; sent before each report.
    #[n(50)]
    Executors(#[n(0)] Vec<ExecutorReport>),
    /// An executor is over. Told once: what gets lost is missing from the next list of executors.
    #[n(51)]
    ExecutorExited(#[n(0)] ExecutorExit),
    /// An executor says something to its scheduler; may get lost.
    #[n(52)]
    Message(#[n(0)] ExecutorMessage),
    /// All the revocable resources that I have, used or not; sent with each report, and when they have changed.
    #[n(70)]
    Oversubscribed(#[n(0)] Resources),
}

/// From the master.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum ToAgent {
    /// You are in.
    #[n(0)]
    Welcome(#[n(0)] Welcome),
    /// You are not, and why; the agent's tasks go on.
    #[n(1)]
    Refused {
        /// For a person.
        #[n(0)]
        why: String,
        /// Whether trying again later can help.
        #[n(1)]
        retry: bool,
    },
    /// Run a task.
    #[n(2)]
    Run(#[n(0)] RunTask),
    /// End a task.
    #[n(3)]
    Kill(#[n(0)] KillTask),
    /// The update is in the master's journal; forget it.
    #[n(4)]
    Ack {
        /// The framework.
        #[n(0)]
        framework_id: FrameworkId,
        /// The task.
        #[n(1)]
        task_id: TaskId,
        /// The update.
        #[n(2)]
        uuid: Uuid,
    },
    /// Are you there? With how far the cluster's journal is.
    #[n(5)]
    Ping {
        /// The leadership.
        #[n(0)]
        epoch: u64,
        /// The journal's last index.
        #[n(1)]
        index: u64,
    },
    /// Have these reservations and volumes.
    #[n(20)]
    Hold(#[n(0)] Hold),
    /// End an executor.
    #[n(50)]
    Shutdown(#[n(0)] ShutdownExecutor),
    /// A scheduler says something to an executor; may get lost.
    #[n(51)]
    Message(#[n(0)] ExecutorMessage),
}

/// An agent's introduction.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Hello {
    /// [`PROTOCOL`] of the agent's release.
    #[n(0)]
    pub protocol: u32,
    /// The id it was given when it joined.
    #[n(1)]
    pub agent_id: Option<AgentId>,
    /// The cluster it joined.
    #[n(2)]
    pub cluster_id: Option<ClusterId>,
    /// The highest epoch it has seen.
    #[n(3)]
    pub epoch: u64,
    /// The highest journal index it has seen.
    #[n(4)]
    pub index: u64,
    /// What it is and offers.
    #[n(5)]
    pub spec: AgentSpec,
    /// What it may say anew of itself; [`ReconfigurationPolicy::Any`] if not given.
    #[n(6)]
    pub policy: Option<ReconfigurationPolicy>,
    /// The leadership of that epoch: a copy of the journal may have come to the same epoch by another way.
    #[n(7)]
    #[cbor(default)]
    pub leadership: u64,
}

/// The master's answer to a good introduction.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Welcome {
    /// The agent's id, kept for ever.
    #[n(0)]
    pub agent_id: AgentId,
    /// The cluster.
    #[n(1)]
    pub cluster_id: ClusterId,
    /// The agent's own credential, in exchange for a join token; kept with mode 0600.
    #[n(2)]
    pub credential: Option<Secret>,
    /// The leadership.
    #[n(3)]
    pub epoch: u64,
    /// The journal's last index.
    #[n(4)]
    pub index: u64,
    /// A ping comes at least this often, in milliseconds.
    #[n(5)]
    pub ping_interval_ms: u64,
    /// What tells this leadership from those of all other journals.
    #[n(6)]
    #[cbor(default)]
    pub leadership: u64,
}

/// What an agent knows of one task.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TaskReport {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The task, whole, so that a master that lost its journal's tail can adopt it.
    #[n(1)]
    pub task: TaskSpec,
    /// Its state as the agent has it.
    #[n(2)]
    pub state: TaskState,
    /// Its latest update, once that was acknowledged: a master that has not seen it has lost it. `None` while an update
    /// is on its way.
    #[n(3)]
    pub last: Option<TaskStatus>,
    /// Where the launch was in the journal that ordered it.
    #[n(4)]
    #[cbor(default)]
    pub origin: Origin,
}

/// A status on its way to a framework.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Update {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// What became of the task; `uuid` is set.
    #[n(1)]
    pub status: TaskStatus,
}

/// The order to run a task. Repeated until the agent reports or updates the task.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct RunTask {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The user that its tasks run as unless they name one; empty for the agent's own.
    #[n(1)]
    pub default_user: String,
    /// The task.
    #[cbor(n(2), with = "model_cluster::arc")]
    pub task: Arc<TaskSpec>,
    /// The leadership that gives the order: an older one than the agent has seen is refused.
    #[n(3)]
    pub epoch: u64,
    /// How far the cluster's journal was when the order left; the launch is at or before it.
    #[n(5)]
    pub index: u64,
    /// What the framework says of itself, where the task has an executor that asks.
    #[n(6)]
    pub framework: Option<Box<FrameworkSpec>>,
    /// Whether its framework wants to hear that it is being killed (`TASK_KILLING_STATE`).
    #[n(7)]
    #[cbor(default)]
    pub killing: bool,
    /// What tells the leadership from those of all other journals.
    #[n(8)]
    #[cbor(default)]
    pub leadership: u64,
    /// Whether its framework hears of a command that it is about to be started, as of tasks of executors.
    #[n(9)]
    #[cbor(default)]
    pub starting: bool,
}

/// The order to end a task. Repeated until a terminal update comes.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct KillTask {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The task.
    #[n(1)]
    pub task_id: TaskId,
    /// From SIGTERM to SIGKILL, in milliseconds; the task's own if not given.
    #[n(2)]
    pub grace_ms: Option<u64>,
    /// The leadership that gives the order.
    #[n(3)]
    pub epoch: u64,
}
