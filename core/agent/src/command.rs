use base_fault::Class;
use base_ids::{ContainerId, Uuid};
use model_cluster::TaskStatus;
use model_resources::Resources;
use thiserror::Error;
use wire_link::{Failure, Hold, KillTask, RunTask, ShutdownExecutor, Welcome};

use crate::{ContainerPath, ExecutorKey, Exit, GuestSpec, Key, Owner};

/// What the master orders or the runtime reports.
#[derive(Clone, Debug)]
pub enum Command {
    /// A master took the agent in.
    Join(Welcome),
    /// A master said how far its journal is.
    SeeEpoch {
        /// The leadership.
        epoch: u64,
        /// The journal's last index.
        index: u64,
    },
    /// Run a task; a known one is left as it is.
    RunTask(RunTask),
    /// End a task; an unknown one is answered so that the master stops asking.
    KillTask(KillTask),
    /// The runtime started a container, or found it running.
    ContainerStarted(ContainerId),
    /// A container is over, or never came to be.
    ContainerExited(ContainerId, Exit),
    /// A health check changed its mind, or failed often enough.
    ChangeHealth(ChangeHealth),
    /// The master has an update in its journal.
    Acknowledge(Key, Uuid),
    /// Have these reservations and volumes.
    Hold(Hold),
    /// All directories of volumes are as this version of the holdings wants them.
    VolumesMade(u64),
    /// Some volumes can't be as this version of the holdings wants them; the rest is.
    VolumesFailed(u64, Vec<Failure>),
    /// End an executor; an unknown one is over.
    ShutdownExecutor(ShutdownExecutor),
    /// An executor subscribes, with the updates that it has no answer to.
    SubscribeExecutor {
        /// Who it says it is.
        key: ExecutorKey,
        /// Tells this stream from its others.
        connection: u64,
        /// What it said and was not answered.
        updates: Vec<TaskStatus>,
        /// Where its native driver listens, if it is on one.
        pid: Option<String>,
    },
    /// An executor's stream ended; of no effect if it has a newer one.
    CloseExecutor {
        /// The executor.
        key: ExecutorKey,
        /// Which stream.
        connection: u64,
    },
    /// An executor says what became of one of its tasks. What was heard before changes nothing.
    UpdateTask(ExecutorKey, TaskStatus),
    /// There is so much beyond what is offered for sure.
    TakeEstimate(Resources),
    /// Tell the master the latest estimate, whatever it knows.
    RepeatEstimate,
    /// Kill what uses revocable resources, so that the others get what they were given.
    Preempt(Vec<Owner>),
    /// End all that is here (Mesos' `--recover=cleanup`).
    CleanUp,
    /// Start a container, in another one or standing alone; one that is alive is left as it is.
    LaunchGuest(ContainerPath, Box<GuestSpec>),
    /// End such a container at once.
    KillGuest(ContainerPath),
    /// Forget such a container, which is over.
    RemoveGuest(ContainerPath),
    /// Time has passed.
    Tick,
}

/// What a health check says of a running container.
#[derive(Clone, Debug)]
pub struct ChangeHealth {
    /// Whose.
    pub container_id: ContainerId,
    /// What it says now.
    pub healthy: bool,
    /// How many probes in a row have failed.
    pub failures: u32,
    /// For a person.
    pub message: String,
    /// Whether the agent must end the task for it.
    pub end: bool,
}

/// Why the agent does not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reject {
    /// The order comes from a leadership that a later one has replaced.
    #[error("an order of epoch {given}, but epoch {seen} was seen")]
    StaleEpoch {
        /// The order's.
        given: u64,
        /// The highest seen.
        seen: u64,
    },
    /// A kill of a task that this agent does not have; the caller answers with a report of all that it has.
    #[error("no such task here: {0:?}")]
    UnknownTask(Key),
    /// The master belongs to another cluster than the one this agent joined.
    #[error("this agent belongs to cluster {own}, the master to {given}")]
    ForeignCluster {
        /// The agent's.
        own: String,
        /// The master's.
        given: String,
    },
    /// No such executor is to run here; whoever it is may as well end.
    #[error("no executor {} of framework {} runs here", .0.executor_id, .0.framework_id)]
    UnknownExecutor(ExecutorKey),
    /// The executor of a task says more than its scheduler hears.
    #[error("task {} has {limit} updates that its scheduler has not acknowledged", key.task_id)]
    TooManyUpdates {
        /// The task.
        key: Key,
        /// How many there may be.
        limit: usize,
    },
    /// A container is to be in one that is not there.
    #[error("Parent container {0} does not exist")]
    NoParent(ContainerPath),
    /// A container is to be in one that is being ended.
    #[error("Parent container {0} is in 'DESTROYING' state")]
    ParentEnds(ContainerPath),
    /// There is no such container, or it is over.
    #[error("Container '{0}' cannot be found (or is already killed)")]
    UnknownContainer(ContainerPath),
    /// What is to be forgotten still runs.
    #[error("Container {0} has not terminated yet")]
    ContainerRuns(ContainerPath),
    /// What is to be forgotten was in a container that is not there.
    #[error("Unknown root container {0}")]
    UnknownRoot(ContainerPath),
    /// This agent keeps no more of them, or none so deep in others.
    #[error("there are {most} containers beside those of tasks, or it would be more than {depth} deep")]
    TooManyGuests {
        /// How many there may be.
        most: usize,
        /// How deep one may be.
        depth: usize,
    },
}

impl Reject {
    /// The class for callers.
    pub fn class(&self) -> Class {
        match self {
            Self::UnknownExecutor(_) | Self::UnknownContainer(_) => Class::NotFound,
            Self::NoParent(_) => Class::Invalid,
            Self::TooManyUpdates { .. } | Self::TooManyGuests { .. } => Class::Exhausted,
            _ => Class::Precondition,
        }
    }
}
