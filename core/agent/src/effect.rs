use base_ids::{ContainerId, TaskId};
use model_cluster::HealthCheck;
use model_resources::Resources;
use wire_link::{ExecutorExit, Holdings, Unmade, Update};

use crate::{ContainerPath, ExecutorKey, Key};

/// What the agent's surroundings should do. Each is safe to repeat.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start a task's container unless it exists; read the task from the state.
    Launch(Key),
    /// Watch a running container: wait for its end, and probe its health if a check is given.
    Watch {
        /// The container.
        container_id: ContainerId,
        /// The check.
        health_check: Option<HealthCheck>,
    },
    /// End a container.
    Kill {
        /// The container.
        container_id: ContainerId,
        /// From SIGTERM to SIGKILL, in milliseconds; what is left of it is the runtime's to count.
        grace_ms: u64,
    },
    /// Remove what is left of an ended container, but not its sandbox.
    Destroy(ContainerId),
    /// Tell the master.
    Send(Update),
    /// Start a guest's container unless it exists; read the guest from the state.
    LaunchGuest(ContainerPath),
    /// Start an executor's container unless it exists; read the executor from the state.
    LaunchExecutor(ExecutorKey),
    /// Let a running container use so much.
    Resize {
        /// The container.
        container_id: ContainerId,
        /// What it and all that is in it may use.
        resources: Resources,
    },
    /// Tell an executor, once on each of its connections.
    Tell {
        /// Whom.
        executor: ExecutorKey,
        /// On which connection.
        connection: u64,
        /// What.
        order: Order,
    },
    /// Ask an executor on a native driver to come back, until it does.
    Reconnect {
        /// Whom.
        executor: ExecutorKey,
        /// Where its driver listens.
        pid: String,
    },
    /// Tell the master that an executor is over.
    SendExit(ExecutorExit),
    /// Make the volumes' directories and wipe those that are destroyed, then say so with this version; read the volumes
    /// from the state.
    MakeVolumes(u64),
    /// Tell the master what is held.
    SendHeld(Holdings),
    /// Tell the master what can't be.
    SendUnmade(Unmade),
    /// Tell the master which revocable resources there are.
    SendOversubscribed(Resources),
}

/// What an executor is to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Start these tasks, alone or as a group; read them from the state.
    Launch(Vec<TaskId>),
    /// End a task.
    Kill {
        /// Which.
        task_id: TaskId,
        /// The grace that the order gave, in milliseconds.
        grace_ms: u64,
    },
    /// End with all tasks.
    Shutdown,
}
