use base_ids::{AgentId, AppId, DeploymentId, TaskId, Uuid};

/// An order to the world. All are hints: losing, repeating or reordering them is harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Find places: take a snapshot of the pool, plan `Apps::demand`, answer with `InstancesPlaced` or `PlacementRefused`.
    /// One at a time per app.
    Place {
        /// The app.
        app: AppId,
    },
    /// Commit the task of a placed instance (`Apps::task_spec`) with the master, which must take a repeated launch of a
    /// task that it knows as done. Answer only a refusal, with `LaunchesRefused`.
    Launch {
        /// The instance.
        instance: Uuid,
        /// Its task.
        task_id: TaskId,
        /// Its agent.
        agent_id: AgentId,
    },
    /// Kill a task. A task that the master does not know must be answered with a terminal status.
    Kill {
        /// The task.
        task_id: TaskId,
        /// Its agent, where known.
        agent_id: Option<AgentId>,
        /// From SIGTERM to SIGKILL, in milliseconds; the agent's default if not given.
        grace_ms: Option<u64>,
    },
}

/// Whom a fact concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An app.
    App(AppId),
    /// An instance.
    Instance(Uuid),
    /// A deployment.
    Deployment(DeploymentId),
    /// A task that should not run.
    Orphan(TaskId),
}
