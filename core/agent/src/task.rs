use std::collections::VecDeque;

use base_clock::Timestamp;
use base_ids::{ContainerId, FrameworkId, TaskId, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{ExecutorKind, TaskSpec, TaskState, TaskStatus};
use wire_link::{Origin, Update};

use crate::ExecutorKey;

/// A task is unique within its framework.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Key {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The task.
    #[n(1)]
    pub task_id: TaskId,
}

/// A task as its agent knows it.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Task {
    /// What was asked for.
    #[n(0)]
    pub spec: TaskSpec,
    /// Whom it runs as unless the spec says so; empty for the agent's own user.
    #[n(1)]
    pub default_user: String,
    /// The container that runs it.
    #[n(2)]
    pub container_id: ContainerId,
    /// How far it is.
    #[n(3)]
    pub phase: Phase,
    /// When a kill was ordered, and the grace in milliseconds that it gave.
    #[n(4)]
    pub kill: Option<(Timestamp, u64)>,
    /// Whether the kill came from its failing health check.
    #[n(5)]
    pub unhealthy: bool,
    /// Updates that the master has not acknowledged, oldest first.
    #[n(6)]
    pub unacked: VecDeque<TaskStatus>,
    /// The uuids of what its executor said of it lately: an executor says it again until it is answered.
    #[n(11)]
    pub heard: VecDeque<Uuid>,
    /// The latest update, acknowledged or not: what is reported after a (re)connection.
    #[n(7)]
    pub last: Option<TaskStatus>,
    /// Whether its framework wants to hear that it is being killed.
    #[n(8)]
    #[cbor(default)]
    pub killing: bool,
    /// Whether the kill came because it ran for as long as it may.
    #[n(9)]
    #[cbor(default)]
    pub overtime: bool,
    /// When it has run for as long as it may.
    #[n(10)]
    pub expires: Option<Timestamp>,
    /// Where its launch was in the journal that ordered it.
    #[n(12)]
    #[cbor(default)]
    pub origin: Origin,
    /// Whether the kill came because others must have what it uses.
    #[n(13)]
    #[cbor(default)]
    pub preempted: bool,
}

impl Task {
    /// An update is to be told until it is acknowledged.
    pub(crate) fn tell(&mut self, status: &TaskStatus) {
        self.last = Some(status.clone());
        self.unacked.push_back(status.clone());
    }

    /// When it is to be ended for having run as long as it may; `None` once it is being ended anyway.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.expires
            .filter(|_| self.phase == Phase::Running && self.kill.is_none())
    }

    /// Whether a program of the framework runs it, instead of a container of its own.
    pub fn is_custom(&self) -> bool {
        let executor = self.spec.executor.as_ref();
        executor.is_some_and(|executor| executor.kind == ExecutorKind::Custom)
    }

    /// Its executor, unless the agent itself runs its command.
    pub fn executor(&self, framework_id: &FrameworkId) -> Option<ExecutorKey> {
        self.spec.executor.as_ref().map(|executor| ExecutorKey {
            framework_id: framework_id.clone(),
            executor_id: executor.executor_id.clone(),
        })
    }

    /// The first update that the master has not acknowledged.
    pub fn update(&self, framework_id: &FrameworkId) -> Option<Update> {
        let mut status = self.unacked.front()?.clone();
        status.executor_id = self.spec.executor.as_ref().map(|executor| executor.executor_id.clone());
        Some(Update {
            framework_id: framework_id.clone(),
            status,
        })
    }

    /// Its state: what it was last said to be. One that is being killed stays so, whatever is said of its health.
    pub fn state(&self) -> TaskState {
        let last = self.last.as_ref().map(|last| last.state);
        match self.phase {
            Phase::Running if self.kill.is_some() && self.killing && !self.is_custom() => TaskState::Killing,
            Phase::Running => last.unwrap_or(TaskState::Running),
            _ => last.unwrap_or(TaskState::Staging),
        }
    }

    /// Whether nothing was done for it yet.
    pub fn is_queued(&self) -> bool {
        self.phase == Phase::Accepted && self.last.is_none()
    }

    /// What was said of it and not acknowledged, or else what was said last.
    pub fn statuses(&self) -> impl Iterator<Item = &TaskStatus> {
        let last = self.last.as_ref().filter(|_| self.unacked.is_empty());
        self.unacked.iter().chain(last)
    }

    /// Whether it uses nothing any more.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Ended
    }
}

/// How far a task is. Only forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Phase {
    /// Journalled; its container is being started.
    #[n(0)]
    Accepted,
    /// Its container runs.
    #[n(1)]
    Running,
    /// Over; kept until its last update is acknowledged.
    #[n(2)]
    Ended,
}
