use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use base_slab::Column;
use core_allocator::{Dirty, Filters};
use imbl::{OrdMap, OrdSet};
use model_cluster::{OperationStatus, TaskStatus};
use model_resources::{Resources, Role};
use smallvec::SmallVec;

use super::{Inverse, Recovery, Redelivery};
use crate::Offer;

/// What is forgotten at a restart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Soft {
    /// The timers of this leadership run.
    pub(crate) began: bool,
    /// Agents with a connection, by slot.
    pub(crate) links: OrdMap<u32, Link>,
    /// Agents that are waited for, and until when, by slot.
    pub(crate) absent: OrdMap<u32, Timestamp>,
    /// Frameworks with a connection, by slot.
    pub(crate) sessions: OrdMap<u32, Session>,
    /// Of those, the ones that get offers.
    pub(crate) takers: OrdSet<u32>,
    /// Offers by number.
    pub(crate) offers: OrdMap<u64, Arc<Offer>>,
    /// The offers of agents, oldest first.
    pub(crate) offers_of_agents: Column<SmallVec<[Arc<Offer>; 1]>>,
    /// The numbers of frameworks' offers.
    pub(crate) offers_of_frameworks: Column<OrdSet<u64>>,
    /// How many offers this leadership made.
    pub(crate) offer_count: u64,
    /// What was declined.
    pub(crate) filters: Filters,
    /// What the next allocation looks at.
    pub(crate) dirty: Dirty,
    /// Agents of which a quota held something back.
    pub(crate) held: OrdSet<u32>,
    /// What happens when.
    pub(crate) timers: OrdSet<(Timestamp, Timer)>,
    /// What connected frameworks have not acknowledged.
    pub(crate) redelivery: Redelivery,
    /// Inverse offers.
    pub(crate) inverse: Inverse,
    /// Draining agents that are here and have no tasks left: they are drained, or gone, or their executors are to end.
    pub(crate) drained: OrdSet<u32>,
    /// When agents may be removed, by slot, where removals are limited.
    pub(crate) removals: OrdMap<u32, Timestamp>,
    /// Whether agents came back to this leader.
    pub(crate) recovery: Recovery,
    /// The latest time at which a removal was allowed.
    pub(crate) last_removal: Option<Timestamp>,
    /// When the registry is looked through next.
    pub(crate) prune_at: Option<Timestamp>,
    /// The operations among them, by slot.
    pub(crate) operation_redelivery: Redelivery,
    /// What was lately said of operations and is said once, by number.
    pub(crate) told: OrdMap<u64, (FrameworkId, Arc<OperationStatus>)>,
    /// How much was said.
    pub(crate) told_count: u64,
    /// The latest refused launches, by number.
    pub(crate) refused: OrdMap<u64, Refused>,
    /// How many launches were refused.
    pub(crate) refused_count: u64,
}

/// An agent's connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    /// Which one.
    pub(crate) connection: u64,
    /// It has said what it runs, and takes orders.
    pub(crate) reported: bool,
    /// Pings since it was heard last.
    pub(crate) unanswered: u32,
    /// When it is pinged next.
    pub(crate) ping_at: Timestamp,
    /// The version of the holdings that it has, once it said so.
    pub(crate) held: Option<u64>,
    /// Its revocable resources, used or not.
    pub(crate) oversubscribed: Resources,
    /// Tasks that it runs and must not; nobody else may have what they use until they are gone.
    pub(crate) strays: OrdSet<(FrameworkId, TaskId)>,
}

impl Link {
    /// Whether it may get new work: it has reported, answered the last ping but one, and runs nothing that it must not.
    pub(crate) fn is_ready(&self) -> bool {
        self.reported && self.unanswered < 2 && self.strays.is_empty()
    }
}

/// A framework's connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Session {
    /// Which one.
    pub(crate) connection: u64,
    /// The roles it wants no offers for.
    pub(crate) suppressed: Vec<Role>,
    /// The number of the first of its latest offers.
    pub(crate) latest: u64,
}

/// What happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// An agent's ping is due.
    Ping(u32),
    /// An agent that is waited for is unreachable.
    Absent(u32),
    /// An offer expires.
    Offer(u64),
    /// An inverse offer expires.
    InverseOffer(u64),
}

/// A launch that never came to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    pub(crate) framework_id: FrameworkId,
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) status: Arc<TaskStatus>,
}

impl Soft {
    /// The offers of an agent.
    pub(crate) fn offers_of_agent(&self, agent: u32) -> &[Arc<Offer>] {
        self.offers_of_agents.get(agent).map_or(&[], |offers| offers.as_slice())
    }

    /// What is on offer of an agent.
    pub(crate) fn offered(&self, agent: u32) -> Resources {
        let offers = self.offers_of_agent(agent).iter();
        offers.fold(Resources::new(), |sum, offer| sum + &offer.resources)
    }

    /// The offers of a framework.
    pub(crate) fn offers_of_framework(&self, framework: u32) -> impl Iterator<Item = &Arc<Offer>> {
        self.offers_of_framework_from(framework, 0)
    }

    /// The offers of a framework from a number on.
    pub(crate) fn offers_of_framework_from(&self, framework: u32, first: u64) -> impl Iterator<Item = &Arc<Offer>> {
        let numbers = self.offers_of_frameworks.get(framework);
        let numbers = numbers.into_iter().flat_map(move |numbers| numbers.range(first..));
        numbers.filter_map(|number| self.offers.get(number))
    }
}
