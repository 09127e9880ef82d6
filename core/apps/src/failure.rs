use std::fmt;

use base_clock::Timestamp;
use base_ids::{AgentId, TaskId};
use minicbor::{Decode, Encode};
use model_cluster::TaskState;

/// What became of a task that failed (Marathon's `lastTaskFailure`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TaskFailure {
    /// The task.
    #[n(0)]
    pub task_id: TaskId,
    /// Its last state.
    #[n(1)]
    pub state: TaskState,
    /// For a person.
    #[n(2)]
    pub message: String,
    /// The agent's name; empty if the task never had a place.
    #[n(3)]
    pub hostname: String,
    /// The agent.
    #[n(4)]
    pub agent_id: Option<AgentId>,
    /// The version that it ran.
    #[n(5)]
    pub version: Timestamp,
    /// When.
    #[n(6)]
    pub at: Timestamp,
}

impl fmt::Display for TaskFailure {
    /// `TASK_FAILED: Command exited with status 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => write!(f, "{}", self.state),
            message => write!(f, "{}: {message}", self.state),
        }
    }
}
