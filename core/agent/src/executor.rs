use base_clock::Timestamp;
use base_ids::{ContainerId, ExecutorId, FrameworkId};
use minicbor::{Decode, Encode};
use model_cluster::{ExecutorKind, ExecutorSpec, FrameworkSpec, Reason};

use wire_link::Origin;

use crate::{ContainerPath, Key};

/// An executor is unique within its framework, as far as one agent goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct ExecutorKey {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The executor.
    #[n(1)]
    pub executor_id: ExecutorId,
}

/// An executor as its agent knows it; forgotten with its end.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Executor {
    /// What was asked for with its first task.
    #[n(0)]
    pub spec: ExecutorSpec,
    /// What its framework said of itself then.
    #[n(1)]
    pub framework: FrameworkSpec,
    /// Whom it runs as unless its command says so; empty for the agent's own user.
    #[n(2)]
    pub default_user: String,
    /// The container that runs it; of the agent's own executor, the one that holds those of its tasks.
    #[n(3)]
    pub container_id: ContainerId,
    /// Whether its container runs.
    #[n(4)]
    pub running: bool,
    /// Whether it has subscribed, ever.
    #[n(5)]
    pub registered: bool,
    /// When it was told to shut down, and the grace in milliseconds that it has.
    #[n(6)]
    pub shutdown: Option<(Timestamp, u64)>,
    /// Why it is ended by force, if it is.
    #[n(7)]
    pub doom: Option<Doom>,
    /// Where its native driver listens, if it is on one: after the agent's restart it waits to be asked to come back.
    #[n(8)]
    pub pid: Option<String>,
    /// Where the launch of its first task was in the journal that ordered it.
    #[n(9)]
    #[cbor(default)]
    pub origin: Origin,
}

/// Why an executor is ended by force.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Doom {
    /// What its tasks are told.
    #[n(0)]
    pub reason: Reason,
    /// For a person.
    #[n(1)]
    pub message: String,
}

impl Executor {
    /// Whether the framework's own program runs, and asks for its tasks.
    pub fn is_custom(&self) -> bool {
        self.spec.kind == ExecutorKind::Custom
    }

    /// Whether it takes no more tasks.
    pub fn is_ending(&self) -> bool {
        self.shutdown.is_some() || self.doom.is_some()
    }
}

/// Whom a fact of the agent concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The reservations and volumes. First, as a container may need a volume.
    Holdings,
    /// An executor. Before tasks, as its container comes before those of its tasks.
    Executor(ExecutorKey),
    /// A task.
    Task(Key),
    /// A container that somebody asked for. After those that it may be in.
    Guest(ContainerPath),
    /// The revocable resources.
    Oversubscribed,
    /// An executor that is over: told once.
    Over {
        /// Which.
        key: ExecutorKey,
        /// Its container, where it had one of its own.
        container_id: Option<ContainerId>,
        /// As `wait` tells it; see [`wire_link::ExecutorExit`].
        status: i32,
    },
}

/// What a container is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A task.
    Task(Key),
    /// An executor.
    Executor(ExecutorKey),
    /// Nobody but who asked this agent for it.
    Guest(ContainerPath),
}
