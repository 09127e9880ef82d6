use base_ids::ContainerId;
use model_cluster::HealthCheck;
use wire_link::{Holdings, Update};

use crate::Key;

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
    /// Make the volumes' directories and wipe those that are destroyed, then say so with this version; read the volumes
    /// from the state.
    MakeVolumes(u64),
    /// Tell the master what is held.
    SendHeld(Holdings),
}
