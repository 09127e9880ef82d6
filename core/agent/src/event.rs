mod guest;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, Secret, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{ExecutorSpec, FrameworkSpec, TaskSpec, TaskStatus};
use model_resources::Resources;
use wire_link::{Failure, Holdings, Origin};

use crate::{Doom, ExecutorKey, Key};
pub use guest::GuestEvent;

/// What is now a fact on this agent. Numbers below 64 are journalled; from 64 on they are soft.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Event {
    /// A cluster took the agent in.
    #[n(0)]
    Joined {
        /// The agent's id from now on.
        #[n(0)]
        agent_id: AgentId,
        /// The cluster.
        #[n(1)]
        cluster_id: ClusterId,
        /// Its own credential; kept only in its state directory, mode 0700.
        #[n(2)]
        credential: Option<Secret>,
    },
    /// A later leadership was seen; orders of earlier ones are refused from now on.
    #[n(1)]
    EpochSeen {
        /// The leadership.
        #[n(0)]
        epoch: u64,
        /// How far its journal was.
        #[n(1)]
        index: u64,
        /// What tells it from those of all other journals.
        #[n(2)]
        #[cbor(default)]
        leadership: u64,
    },
    /// A task was taken on and will be started.
    #[n(2)]
    TaskAccepted {
        /// The task.
        #[n(0)]
        key: Key,
        /// What was asked for.
        #[n(1)]
        spec: TaskSpec,
        /// Whom it runs as unless the spec says so.
        #[n(2)]
        default_user: String,
        /// The container that will run it.
        #[n(3)]
        container_id: ContainerId,
        /// How far the cluster's journal was: a master that is behind it has forgotten the task.
        #[n(4)]
        index: u64,
        /// Whether its framework wants to hear that it is being killed.
        #[n(5)]
        #[cbor(default)]
        killing: bool,
        /// The leadership of that journal.
        #[n(6)]
        #[cbor(default)]
        leadership: u64,
    },
    /// Its container runs.
    #[n(3)]
    TaskStarted {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update.
        #[n(1)]
        status: TaskStatus,
    },
    /// Its kill was ordered.
    #[n(4)]
    KillOrdered {
        /// The task.
        #[n(0)]
        key: Key,
        /// When.
        #[n(1)]
        at: Timestamp,
        /// From SIGTERM to SIGKILL, in milliseconds.
        #[n(2)]
        grace_ms: u64,
        /// Whether its failing health check is the reason.
        #[n(3)]
        unhealthy: bool,
        /// Whether the reason is that it ran for as long as it may.
        #[n(4)]
        #[cbor(default)]
        overtime: bool,
        /// The update, for a framework that wants to hear of it.
        #[n(5)]
        status: Option<TaskStatus>,
    },
    /// Its health changed.
    #[n(5)]
    HealthChanged {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update.
        #[n(1)]
        status: TaskStatus,
    },
    /// It is over.
    #[n(6)]
    TaskEnded {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update.
        #[n(1)]
        status: TaskStatus,
    },
    /// The master has an update in its journal; a task that ended is forgotten with its last.
    #[n(7)]
    UpdateAcked {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update.
        #[n(1)]
        uuid: Uuid,
    },
    /// The master wants these reservations and volumes; their directories are not made yet.
    #[n(20)]
    HoldingsOrdered {
        /// All of them.
        #[n(0)]
        holdings: Holdings,
        /// How far the cluster's journal was: a master that is behind it has forgotten them.
        #[n(1)]
        index: u64,
    },
    /// The directories of all volumes are there, and destroyed ones are wiped.
    #[n(21)]
    VolumesMade {
        /// The version of the holdings.
        #[n(0)]
        version: u64,
    },
    /// Some of the volumes can't be made or wiped; the rest is. The master is told until it wants other ones.
    #[n(60)]
    VolumesFailed {
        /// The version of the holdings.
        #[n(0)]
        version: u64,
        /// Which, and why.
        #[n(1)]
        failures: Vec<Failure>,
    },
    /// About a container that somebody asked for.
    #[n(37)]
    Guest(#[n(0)] GuestEvent),
    /// An executor was taken on with its first task and will be started.
    #[n(50)]
    ExecutorAccepted {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// What was asked for.
        #[n(1)]
        spec: Box<ExecutorSpec>,
        /// What its framework says of itself.
        #[n(2)]
        framework: Box<FrameworkSpec>,
        /// Whom it runs as unless its command says so.
        #[n(3)]
        default_user: String,
        /// Its container.
        #[n(4)]
        container_id: ContainerId,
        /// Where its first task was in the cluster's journal.
        #[n(5)]
        #[cbor(default)]
        origin: Origin,
    },
    /// Its container runs.
    #[n(51)]
    ExecutorStarted {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
    },
    /// It has subscribed for the first time, or by another door than before.
    #[n(52)]
    ExecutorRegistered {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// Where its native driver listens, written `executor(1)@10.0.0.1:40000`, if it is on one.
        #[n(1)]
        pid: Option<String>,
    },
    /// It said what became of one of its tasks, which goes on.
    #[n(53)]
    TaskUpdated {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update, with the executor's own uuid.
        #[n(1)]
        status: TaskStatus,
    },
    /// It is to end.
    #[n(54)]
    ShutdownOrdered {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// When.
        #[n(1)]
        at: Timestamp,
        /// How long it may take, in milliseconds.
        #[n(2)]
        grace_ms: u64,
    },
    /// It is ended by force.
    #[n(55)]
    ExecutorDoomed {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// Why.
        #[n(1)]
        doom: Doom,
    },
    /// It is over, with all of its tasks.
    #[n(56)]
    ExecutorEnded {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// Its container, where it had one of its own.
        #[n(1)]
        container_id: Option<ContainerId>,
        /// As `wait` tells it.
        #[n(2)]
        status: i32,
    },
    /// A task is about to be started by the agent itself: a command, or one of its own executor whose group is whole.
    #[n(57)]
    TaskStarting {
        /// The task.
        #[n(0)]
        key: Key,
        /// The update.
        #[n(1)]
        status: TaskStatus,
    },
    /// It is killed at once, as others must have what it uses beyond what is sure.
    #[n(33)]
    TaskPreempted {
        /// The task.
        #[n(0)]
        key: Key,
        /// When.
        #[n(1)]
        at: Timestamp,
    },
    /// There are other revocable resources than before.
    #[n(170)]
    Oversubscribed {
        /// All of them, used or not.
        #[n(0)]
        resources: Resources,
    },
    /// It has an open stream.
    #[n(150)]
    ExecutorConnected {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// Tells this stream from its others.
        #[n(1)]
        connection: u64,
    },
    /// Its stream ended.
    #[n(151)]
    ExecutorDisconnected {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
    },
    /// It runs and has not subscribed: it is waited for.
    #[n(152)]
    ExecutorAwaited {
        /// The executor.
        #[n(0)]
        key: ExecutorKey,
        /// Until when.
        #[n(1)]
        until: Timestamp,
    },
}

impl Event {
    /// Whether it is never journalled.
    pub(crate) fn is_soft(&self) -> bool {
        matches!(
            self,
            Self::ExecutorConnected { .. }
                | Self::ExecutorDisconnected { .. }
                | Self::ExecutorAwaited { .. }
                | Self::Oversubscribed { .. }
        )
    }

    /// The executor it is about.
    pub fn executor(&self) -> Option<&ExecutorKey> {
        match self {
            Self::ExecutorAccepted { key, .. }
            | Self::ExecutorStarted { key }
            | Self::ExecutorRegistered { key, .. }
            | Self::ShutdownOrdered { key, .. }
            | Self::ExecutorDoomed { key, .. }
            | Self::ExecutorEnded { key, .. }
            | Self::ExecutorConnected { key, .. }
            | Self::ExecutorDisconnected { key }
            | Self::ExecutorAwaited { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The task it is about.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::TaskUpdated { key, .. } | Self::TaskStarting { key, .. } => Some(key),
            Self::TaskAccepted { key, .. }
            | Self::TaskStarted { key, .. }
            | Self::KillOrdered { key, .. }
            | Self::TaskPreempted { key, .. }
            | Self::HealthChanged { key, .. }
            | Self::TaskEnded { key, .. }
            | Self::UpdateAcked { key, .. } => Some(key),
            _ => None,
        }
    }
}
