use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, Secret, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{TaskSpec, TaskStatus};
use wire_link::Holdings;

use crate::{Key, Subject};

/// What is now a fact on this agent. All are journalled.
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
}

impl Event {
    /// The task it is about.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Joined { .. } | Self::EpochSeen { .. } | Self::HoldingsOrdered { .. } | Self::VolumesMade { .. } => {
                None
            }
            Self::TaskAccepted { key, .. }
            | Self::TaskStarted { key, .. }
            | Self::KillOrdered { key, .. }
            | Self::HealthChanged { key, .. }
            | Self::TaskEnded { key, .. }
            | Self::UpdateAcked { key, .. } => Some(key),
        }
    }
    /// Whom it concerns.
    pub(crate) fn subject(&self) -> Option<Subject> {
        match self {
            Self::HoldingsOrdered { .. } | Self::VolumesMade { .. } => Some(Subject::Holdings),
            other => other.key().cloned().map(Subject::Task),
        }
    }
}
