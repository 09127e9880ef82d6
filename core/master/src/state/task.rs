use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::{TaskSpec, TaskState, TaskStatus};
use model_resources::Role;

use crate::codec;

/// How many of a task's states are remembered.
const SEEN: usize = 12;

/// The agent's slot of a task whose agent is gone.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// A task. While it is not over it uses its resources.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Task {
    /// Its framework's slot.
    #[n(0)]
    pub framework: u32,
    /// Its agent's slot, or `NOWHERE` once the agent is gone.
    #[n(1)]
    pub agent: u32,
    /// The role that its resources are counted for.
    #[n(2)]
    pub role: Role,
    /// What it is.
    #[cbor(n(3), with = "codec::arc")]
    pub spec: Arc<TaskSpec>,
    /// What is known of it now; staging and made by the master at the launch.
    #[cbor(n(4), with = "codec::arc")]
    pub status: Arc<TaskStatus>,
    /// Statuses that the framework has not acknowledged, in order; the first is being delivered.
    #[cbor(n(5), with = "codec::arcs")]
    pub unacknowledged: Vec<Arc<TaskStatus>>,
    /// Its latest states, oldest first.
    #[n(6)]
    pub seen: Vec<Seen>,
    /// It is to end.
    #[n(7)]
    pub kill: Option<KillRequest>,
    /// The leadership that launched it.
    #[n(8)]
    pub epoch: u64,
    /// When it was launched or adopted.
    #[n(9)]
    pub launched_at: Timestamp,
    /// Its agent has spoken of it: it is not to be started again.
    #[n(10)]
    pub known_to_agent: bool,
    /// Its agent; remembered when the agent is gone and its slot another's.
    #[n(11)]
    pub agent_id: AgentId,
}

/// A state that a task was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Seen {
    /// The state.
    #[n(0)]
    pub state: TaskState,
    /// When, by who said so.
    #[n(1)]
    pub at: Timestamp,
    /// The status' uuid.
    #[n(2)]
    pub uuid: Option<Uuid>,
    /// Its health.
    #[n(3)]
    pub healthy: Option<bool>,
}

/// The wish to end a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KillRequest {
    /// When it was said last.
    #[n(0)]
    pub at: Timestamp,
    /// From SIGTERM to SIGKILL, in milliseconds; the task's own if not given.
    #[n(1)]
    pub grace_ms: Option<u64>,
}

impl Task {
    /// Its state.
    pub fn state(&self) -> TaskState {
        self.status.state
    }

    /// Whether it is over and uses nothing.
    pub fn is_over(&self) -> bool {
        self.state().is_terminal()
    }

    /// Whether a status with this uuid is recorded.
    pub(crate) fn has_seen(&self, uuid: Uuid) -> bool {
        self.seen.iter().any(|seen| seen.uuid == Some(uuid))
    }

    /// Takes a status in.
    pub(crate) fn record(&mut self, status: &Arc<TaskStatus>) {
        if self.seen.len() == SEEN {
            self.seen.remove(0);
        }
        // Most have two states and the list lives long.
        self.seen.reserve_exact(1);
        self.seen.push(Seen {
            state: status.state,
            at: status.at,
            uuid: status.uuid,
            healthy: status.healthy,
        });
        if status.uuid.is_some() {
            self.unacknowledged.push(status.clone());
        }
        self.status = status.clone();
    }
}
