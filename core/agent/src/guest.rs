use std::fmt;

use base_clock::Timestamp;
use base_ids::ContainerId;
use minicbor::{Decode, Encode};
use model_cluster::{Command, Reason, TaskState};
use model_resources::Resources;

use crate::{Exit, Phase};

/// Where a container is among others: the ids from its outermost container to itself, never none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct ContainerPath(#[n(0)] Vec<ContainerId>);

impl ContainerPath {
    /// A container that is in no other.
    pub fn root(id: ContainerId) -> Self {
        Self(vec![id])
    }

    /// The path of these ids; `None` without any.
    pub fn new(ids: Vec<ContainerId>) -> Option<Self> {
        (!ids.is_empty()).then_some(Self(ids))
    }

    /// A container in this one.
    #[must_use]
    pub fn child(&self, id: ContainerId) -> Self {
        let mut ids = self.0.clone();
        ids.push(id);
        Self(ids)
    }

    /// The container that it is in.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Self::new(above.to_vec())
    }

    /// The ids, the outermost first.
    pub fn ids(&self) -> &[ContainerId] {
        &self.0
    }

    /// Whether it is somewhere in another container.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.len() > other.0.len() && self.0.starts_with(&other.0)
    }
}

/// As Mesos writes it: the ids with dots between them, which they do not have.
impl fmt::Display for ContainerPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, id) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{id}")?;
        }
        Ok(())
    }
}

/// A container that somebody asked this agent for, without the master: in another one, or standing alone.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Guest {
    /// What was asked for.
    #[n(0)]
    pub spec: GuestSpec,
    /// Its container in the runtime; the id that it was given may be of any form, and may be used again.
    #[n(1)]
    pub container_id: ContainerId,
    /// How far it is; kept after its end until it is removed, or the outermost container ends.
    #[n(2)]
    pub phase: Phase,
    /// Whether it is to end.
    #[n(3)]
    pub doomed: bool,
    /// How it ended.
    #[n(4)]
    pub end: Option<Termination>,
}

/// What a guest is to be.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct GuestSpec {
    /// What runs. Without a user, as the container's around it.
    #[n(0)]
    pub command: Command,
    /// What it may use, if it does not share.
    #[n(1)]
    pub resources: Resources,
    /// Whether it uses what the container around it may use, together with that one (`share_cgroups`).
    #[n(2)]
    pub shares: bool,
}

/// How a guest ended (`ContainerTermination`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Termination {
    /// The main process' status as `wait` tells it; `None` if there was none or nobody saw it.
    #[n(0)]
    pub status: Option<i32>,
    /// What a task in it should be said to be, where the agent ended it.
    #[n(1)]
    pub state: Option<TaskState>,
    /// And why.
    #[n(2)]
    pub reason: Option<Reason>,
    /// For a person.
    #[n(3)]
    pub message: Option<String>,
    /// What it used too much of, where that ended it.
    #[n(4)]
    pub limitation: Option<Resources>,
    /// When.
    #[n(5)]
    pub at: Timestamp,
}

impl Termination {
    /// The end of a container that is no task's.
    pub fn of(exit: &Exit, at: Timestamp) -> Self {
        let status = Some(exit.wait_status()).filter(|status| *status >= 0);
        let (reason, message) = match exit {
            Exit::Code(_) | Exit::Signal(_) => (None, None),
            Exit::OutOfMemory { .. } => (Some(Reason::ContainerLimitationMemory), exit.limit_message()),
            Exit::NotStarted(why) => (Some(Reason::ContainerLaunchFailed), Some(why.clone())),
            Exit::Vanished(why) => (None, Some(why.clone())),
        };
        Self {
            status,
            state: reason.map(|_| TaskState::Failed),
            reason,
            message,
            limitation: exit.limitation(),
            at,
        }
    }
}
