use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, FrameworkId};
use imbl::OrdSet;
use minicbor::{Decode, Encode};
use model_cluster::AgentSpec;
use model_resources::{CheckpointError, Resource, Resources};
use wire_link::Holdings;

use super::{Drain, Executor};
use crate::{Digest, codec};

/// An agent that joined and is not gone.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Agent {
    /// Its id, kept for ever.
    #[n(0)]
    pub agent_id: AgentId,
    /// What it is and offers.
    #[cbor(n(1), with = "codec::arc")]
    pub spec: Arc<AgentSpec>,
    /// The hash of its credential.
    #[n(2)]
    pub credential: Digest,
    /// When it joined first.
    #[n(3)]
    pub joined_at: Timestamp,
    /// When it last came back from being unreachable.
    #[n(4)]
    pub returned_at: Option<Timestamp>,
    /// Since when it is unreachable, if it is.
    #[n(5)]
    pub unreachable_since: Option<Timestamp>,
    /// Its work is taken off it, or has been.
    #[n(6)]
    pub drain: Option<Drain>,
    /// It gets no new work, by an operator's wish. True of whatever is drained.
    #[n(7)]
    pub deactivated: bool,
    /// Its dynamic reservations and persistent volumes.
    #[cbor(n(8), default)]
    pub holdings: Holdings,
    /// Its executors, by framework.
    #[cbor(n(9), default)]
    pub executors: BTreeMap<(FrameworkId, ExecutorId), Executor>,
    /// All that it has: what it offers, with its holdings put back onto it. Follows from the two.
    #[cbor(skip)]
    pub total: Resources,
    /// What its executors and its tasks use that are not over. Follows from them.
    #[cbor(skip)]
    pub used: Resources,
    /// It uses more than it has, as tasks were adopted that do not fit. Follows from the two.
    #[cbor(skip)]
    pub strained: bool,
    /// The slots of its tasks, those that are over and unacknowledged among them. Follows from the tasks.
    #[cbor(skip)]
    pub tasks: OrdSet<u32>,
}

impl Agent {
    /// What its executors use beside their tasks.
    pub(crate) fn used_by_executors(&self) -> Resources {
        let all = self.executors.values();
        all.map(|executor| executor.spec.resources.clone()).sum()
    }

    /// Its executors that nobody wants to end yet.
    pub(crate) fn idle_executors(&self) -> impl Iterator<Item = &(FrameworkId, ExecutorId)> {
        let idle = self.executors.iter().filter(|(_, executor)| !executor.shutdown);
        idle.map(|(key, _)| key)
    }

    /// What there is if it offers `resources`; an error if its holdings have no room there.
    pub(crate) fn total_of(&self, resources: &Resources) -> Result<Resources, CheckpointError> {
        resources.with_checkpointed(&self.holdings.resources)
    }

    /// Sums up what it has; what has no room is left out, which no fact should bring about.
    pub(crate) fn recount(&mut self) {
        let total = self.total_of(&self.spec.resources);
        self.total = total.unwrap_or_else(|_| self.spec.resources.clone());
    }

    /// Whether it uses more than it has now.
    pub(crate) fn is_overused(&self) -> bool {
        !self.total.supports(&self.needed())
    }

    /// What it uses has changed, and not because something new was launched.
    pub(crate) fn review_strain(&mut self) {
        self.strained = self.is_overused();
    }

    /// What must be there for its executors and tasks: revocable resources may be less by now.
    pub(crate) fn needed(&self) -> Cow<'_, Resources> {
        if self.used.iter().any(Resource::is_revocable) {
            Cow::Owned(self.used.non_revocable())
        } else {
            Cow::Borrowed(&self.used)
        }
    }

    /// What is not used. Shared volumes can be used by more.
    pub(crate) fn unused(&self) -> Resources {
        let mut free = self.total.clone();
        free.withdraw(&self.used);
        free
    }
}
