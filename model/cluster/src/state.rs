use std::fmt;

use minicbor::{Decode, Encode};

/// Where a task is in its life (`TaskState`). The discriminants are Mesos' numbers; states only move forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum TaskState {
    #[n(0)]
    Starting = 0,
    #[n(1)]
    Running = 1,
    #[n(2)]
    Finished = 2,
    #[n(3)]
    Failed = 3,
    #[n(4)]
    Killed = 4,
    #[n(5)]
    Lost = 5,
    #[n(6)]
    Staging = 6,
    #[n(7)]
    Error = 7,
    #[n(8)]
    Killing = 8,
    #[n(9)]
    Dropped = 9,
    #[n(10)]
    Unreachable = 10,
    #[n(11)]
    Gone = 11,
    #[n(12)]
    GoneByOperator = 12,
    #[n(13)]
    Unknown = 13,
}

impl TaskState {
    /// Every state, in Mesos' numbering.
    pub const ALL: [Self; 14] = [
        Self::Starting,
        Self::Running,
        Self::Finished,
        Self::Failed,
        Self::Killed,
        Self::Lost,
        Self::Staging,
        Self::Error,
        Self::Killing,
        Self::Dropped,
        Self::Unreachable,
        Self::Gone,
        Self::GoneByOperator,
        Self::Unknown,
    ];

    /// Whether the task is over and its resources are free.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Finished
                | Self::Failed
                | Self::Killed
                | Self::Lost
                | Self::Error
                | Self::Dropped
                | Self::Gone
                | Self::GoneByOperator
        )
    }

    /// How far along it is: a status of a lower rank than the task has is old news.
    pub fn rank(self) -> u8 {
        match self {
            Self::Staging | Self::Unknown => 0,
            Self::Starting => 1,
            Self::Running | Self::Unreachable => 2,
            Self::Killing => 3,
            _ => 4,
        }
    }

    /// `TASK_RUNNING` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "TASK_STARTING",
            Self::Running => "TASK_RUNNING",
            Self::Finished => "TASK_FINISHED",
            Self::Failed => "TASK_FAILED",
            Self::Killed => "TASK_KILLED",
            Self::Lost => "TASK_LOST",
            Self::Staging => "TASK_STAGING",
            Self::Error => "TASK_ERROR",
            Self::Killing => "TASK_KILLING",
            Self::Dropped => "TASK_DROPPED",
            Self::Unreachable => "TASK_UNREACHABLE",
            Self::Gone => "TASK_GONE",
            Self::GoneByOperator => "TASK_GONE_BY_OPERATOR",
            Self::Unknown => "TASK_UNKNOWN",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_in_order_of_the_numbers() {
        for (number, state) in TaskState::ALL.iter().enumerate() {
            assert_eq!(*state as usize, number);
        }
    }

    #[test]
    fn unreachable_and_unknown_are_not_the_end() {
        assert!(!TaskState::Unreachable.is_terminal() && !TaskState::Unknown.is_terminal());
        assert!(TaskState::ALL.iter().all(|s| s.is_terminal() == (s.rank() == 4)));
    }
}
