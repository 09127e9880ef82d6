use std::fmt;

use base_clock::Timestamp;
use model_cluster::{Reason, Source, TaskState, TaskStatus};
use model_resources::{Resource, Resources, Scalar};

use crate::{Task, decide::PREEMPTED};

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Its main process ended by itself.
    Code(i32),
    /// A signal ended its main process.
    Signal(i32),
    /// The kernel ended it for its memory. Both in bytes.
    OutOfMemory {
        /// What it was allowed.
        limit: u64,
        /// The most that it used.
        peak: u64,
    },
    /// It could not be started.
    NotStarted(String),
    /// It is gone and nobody saw its end: its shim was killed, or the machine was booted.
    Vanished(String),
}

const MIB: u64 = 1024 * 1024;

impl Exit {
    /// The task's last status, in the words that Mesos' command executor uses where it has any.
    pub(crate) fn status(&self, task: &Task, at: Timestamp) -> TaskStatus {
        let id = task.spec.task_id.clone();
        let new = |state, source| TaskStatus::new(id.clone(), state, source, at);
        let ended = if task.overtime {
            TaskState::Failed
        } else if task.kill.is_some() {
            TaskState::Killed
        } else {
            TaskState::Failed
        };
        let mut status = match self {
            Self::Code(0) if task.kill.is_none() => {
                let mut status = new(TaskState::Finished, Source::Executor);
                status.message = Some("Command exited with status 0".into());
                status
            }
            Self::Code(code) => {
                let mut status = new(ended, Source::Executor);
                status.message = Some(format!("Command exited with status {code}"));
                if ended == TaskState::Failed {
                    status.reason = Some(Reason::CommandExecutorFailed);
                }
                status
            }
            Self::Signal(signal) => {
                let mut status = new(ended, Source::Executor);
                status.message = Some(format!("Command terminated with signal {}", signal_name(*signal)));
                if ended == TaskState::Failed {
                    status.reason = Some(Reason::CommandExecutorFailed);
                }
                status
            }
            Self::OutOfMemory { .. } => {
                let mut status = new(TaskState::Failed, Source::Agent);
                status.reason = Some(Reason::ContainerLimitationMemory);
                status.message = self.limit_message();
                status.limitation = self.limitation();
                status
            }
            Self::NotStarted(why) if task.kill.is_none() => {
                new(TaskState::Failed, Source::Agent).because(Reason::ContainerLaunchFailed, why.as_str())
            }
            Self::NotStarted(why) => new(ended, Source::Agent).because(Reason::TaskKilledDuringLaunch, why.as_str()),
            Self::Vanished(why) => new(ended, Source::Agent).because(Reason::ExecutorTerminated, why.as_str()),
        };
        status.exit_code = if let Self::Code(code) = self { Some(*code) } else { None };
        if task.overtime {
            status.reason = Some(Reason::MaxCompletionTimeReached);
            status.message = Some("Task exceeded its maximum completion time".into());
        }
        if task.unhealthy {
            status.healthy = Some(false);
            status.reason = Some(Reason::TaskHealthCheckStatusUpdated);
        }
        if task.preempted {
            status.state = TaskState::Gone;
            status.source = Source::Agent;
            status.reason = Some(Reason::ContainerPreempted);
            status.message = Some(PREEMPTED.into());
        }
        status
    }
}

impl Exit {
    /// What was used too much of, as Mesos' memory isolator says it: all that was in use, in megabytes.
    pub(crate) fn limitation(&self) -> Option<Resources> {
        let Self::OutOfMemory { peak, .. } = self else {
            return None;
        };
        let used = Scalar::from_millis(i64::try_from(peak.saturating_mul(1000) / MIB).unwrap_or(i64::MAX));
        Some(Resources::from(Resource::new("mem", used)))
    }

    /// The same for a person.
    pub(crate) fn limit_message(&self) -> Option<String> {
        let Self::OutOfMemory { limit, peak } = self else {
            return None;
        };
        Some(format!(
            "Memory limit exceeded: Requested: {}MB Maximum Used: {}MB",
            limit / MIB,
            peak / MIB
        ))
    }

    /// As `wait` tells it: the exit code in the second byte, or the signal in the first; -1 if nobody saw it.
    pub(crate) fn wait_status(&self) -> i32 {
        match self {
            Self::Code(code) => code << 8,
            Self::Signal(signal) => *signal,
            Self::OutOfMemory { .. } => 9,
            Self::NotStarted(_) | Self::Vanished(_) => -1,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "it exited with status {code}"),
            Self::Signal(signal) => write!(f, "it ended with signal {}", signal_name(*signal)),
            Self::OutOfMemory { .. } => f.write_str("it used too much memory"),
            Self::NotStarted(why) | Self::Vanished(why) => f.write_str(why),
        }
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        4 => "Illegal instruction",
        6 => "Aborted",
        7 => "Bus error",
        8 => "Floating point exception",
        9 => "Killed",
        11 => "Segmentation fault",
        13 => "Broken pipe",
        14 => "Alarm clock",
        15 => "Terminated",
        other => return other.to_string(),
    };
    name.to_owned()
}
