use serde::Serialize;

use super::{Agent, FrameworkSummary};
use crate::v1::TaskState;

/// `/state-summary`: `/state` without the tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StateSummary<'a> {
    /// The name or address under which the master advertises itself.
    pub hostname: String,
    /// The cluster's name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Registered agents.
    pub slaves: Vec<AgentWithCounts<'a>>,
    /// Frameworks not removed.
    pub frameworks: Vec<FrameworkWithCounts<'a>>,
}

/// An agent and how many tasks it has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentWithCounts<'a> {
    /// The agent as in `/state`.
    #[serde(flatten)]
    pub agent: Agent<'a>,
    /// Its tasks by state.
    #[serde(flatten)]
    pub tasks: TaskCounts,
    /// Frameworks with tasks here, also ended ones.
    pub framework_ids: Vec<String>,
}

/// A framework and how many tasks it has.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FrameworkWithCounts<'a> {
    /// The framework in short.
    #[serde(flatten)]
    pub framework: FrameworkSummary<'a>,
    /// Its tasks by state.
    #[serde(flatten)]
    pub tasks: TaskCounts,
    /// Agents with tasks of it, also ended ones.
    pub slave_ids: Vec<String>,
}

/// How many tasks are in each state. The newest states do not show here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each counts the state it is named after")]
pub struct TaskCounts {
    pub task_staging: u64,
    pub task_starting: u64,
    pub task_running: u64,
    pub task_killing: u64,
    pub task_finished: u64,
    pub task_killed: u64,
    pub task_failed: u64,
    pub task_lost: u64,
    pub task_error: u64,
    pub task_unreachable: u64,
}

impl TaskCounts {
    /// Counts one more task in this state.
    pub fn count(&mut self, state: TaskState) {
        let counter = match state {
            TaskState::TaskStaging => &mut self.task_staging,
            TaskState::TaskStarting => &mut self.task_starting,
            TaskState::TaskRunning => &mut self.task_running,
            TaskState::TaskKilling => &mut self.task_killing,
            TaskState::TaskFinished => &mut self.task_finished,
            TaskState::TaskKilled => &mut self.task_killed,
            TaskState::TaskFailed => &mut self.task_failed,
            TaskState::TaskLost => &mut self.task_lost,
            TaskState::TaskError => &mut self.task_error,
            TaskState::TaskUnreachable => &mut self.task_unreachable,
            TaskState::TaskDropped | TaskState::TaskGone | TaskState::TaskGoneByOperator | TaskState::TaskUnknown => {
                return;
            }
        };
        *counter += 1;
    }
}
