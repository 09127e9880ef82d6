use base_clock::Timestamp;
use base_ids::{ExecutorId, TaskId, Uuid};
use minicbor::{Decode, Encode};
use model_resources::Resources;

use crate::{Label, Reason, Source, TaskState};

/// What is known of a task at one moment (`TaskStatus`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TaskStatus {
    /// The task.
    #[n(0)]
    pub task_id: TaskId,
    /// Its state.
    #[n(1)]
    pub state: TaskState,
    /// Who says so.
    #[n(2)]
    pub source: Source,
    /// Why.
    #[n(3)]
    pub reason: Option<Reason>,
    /// For a person.
    #[n(4)]
    pub message: Option<String>,
    /// When it was so.
    #[n(5)]
    pub at: Timestamp,
    /// What an acknowledgement names. `None` needs none (reconciliation, the master's own answers).
    #[n(6)]
    pub uuid: Option<Uuid>,
    /// Health, where a health check says something; restored health is unknown.
    #[n(7)]
    pub healthy: Option<bool>,
    /// Opaque bytes of a custom executor.
    #[n(8)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Option<Vec<u8>>,
    /// Labels of a custom executor.
    #[n(9)]
    pub labels: Vec<Label>,
    /// The exit code, where the main process ended by itself.
    #[n(10)]
    pub exit_code: Option<i32>,
    /// How many health probes in a row have failed, where the status is about one that did.
    #[n(11)]
    pub health_failures: Option<u32>,
    /// The executor of the task, where it is not the agent itself.
    #[n(12)]
    pub executor_id: Option<ExecutorId>,
    /// What it used too much of, where that ended it (`TaskResourceLimitation`).
    #[n(13)]
    pub limitation: Option<Resources>,
}

impl TaskStatus {
    /// A bare status; the caller fills in what more it knows.
    pub fn new(task_id: TaskId, state: TaskState, source: Source, at: Timestamp) -> Self {
        Self {
            task_id,
            state,
            source,
            reason: None,
            message: None,
            at,
            uuid: None,
            healthy: None,
            data: None,
            labels: Vec::new(),
            exit_code: None,
            health_failures: None,
            executor_id: None,
            limitation: None,
        }
    }

    /// With a reason and a message for a person.
    #[must_use]
    pub fn because(mut self, reason: Reason, message: impl Into<String>) -> Self {
        self.reason = Some(reason);
        self.message = Some(message.into());
        self
    }
}
