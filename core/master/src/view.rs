//! The pool as the watch face shows it.

use std::borrow::Cow;

use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, FrameworkId};
use core_placement::{Candidate, Closed, Pool};
use model_cluster::Unavailability;
use model_resources::Resources;

use crate::{
    Answer, HeldRemovals, InverseOffer, Master, Offer,
    state::{Agent, Executor},
};

impl Master {
    /// Every agent that is not gone, in the order of slots. What is on offer counts as free: a commit may rescind it. An agent
    /// whose machine is in the schedule of maintenance between the two times takes no work.
    pub fn pool(&self, now: Timestamp, until: Timestamp) -> Pool {
        Pool {
            agents: self
                .agents()
                .map(|(slot, agent)| self.candidate_of(slot, agent, (now, until)))
                .collect(),
        }
    }

    /// One agent of [`Master::pool`].
    pub fn candidate(&self, slot: u32, now: Timestamp, until: Timestamp) -> Option<Candidate> {
        Some(self.candidate_of(slot, self.agent_at(slot)?, (now, until)))
    }

    fn candidate_of(&self, slot: u32, agent: &Agent, span: (Timestamp, Timestamp)) -> Candidate {
        Candidate {
            agent_id: agent.agent_id.clone(),
            hostname: agent.spec.hostname.clone(),
            ip: agent.spec.ip,
            attributes: agent.spec.attributes.clone(),
            domain: agent.spec.domain.clone(),
            free: agent.unused(),
            total: agent.total.clone(),
            connected: self.is_agent_live(slot),
            closed: self.closed(slot, agent, span),
        }
    }

    fn closed(&self, slot: u32, agent: &Agent, (now, until): (Timestamp, Timestamp)) -> Option<Closed> {
        let window = self.scheduled.get(&slot);
        if agent.drain.is_some() {
            Some(Closed::Draining)
        } else if agent.deactivated {
            Some(Closed::Deactivated)
        } else if self.down.contains(&slot) || window.is_some_and(|window| window.overlaps(now, until)) {
            Some(Closed::Maintenance)
        } else {
            None
        }
    }

    /// The agents whose machines are in the schedule of maintenance.
    pub fn scheduled_agents(&self) -> impl Iterator<Item = u32> {
        self.scheduled.keys().copied()
    }

    /// Whether an agent gets new work: it is connected, has reported and answers its pings, and no operator wants it
    /// otherwise.
    pub fn is_agent_ready(&self, slot: u32) -> bool {
        self.is_agent_live(slot) && !self.is_agent_closed(slot)
    }

    /// Whether an agent is connected, has reported and answers its pings.
    pub fn is_agent_live(&self, slot: u32) -> bool {
        self.soft.links.get(&slot).is_some_and(|link| link.is_ready())
    }

    /// Whether an operator wants an agent to get no new work: it is deactivated, or its machine is down.
    pub fn is_agent_closed(&self, slot: u32) -> bool {
        self.down.contains(&slot) || self.hard.agents.get(slot).is_none_or(|agent| agent.deactivated)
    }

    /// Whether an agent's machine is down for maintenance.
    pub fn is_agent_down(&self, slot: u32) -> bool {
        self.down.contains(&slot)
    }

    /// When an agent's machine will not be there, if it is in the schedule of maintenance.
    pub fn unavailability(&self, agent_id: &AgentId) -> Option<Unavailability> {
        self.scheduled.get(self.agent_slots.get(agent_id)?).copied()
    }

    /// Agents that did not come back to this leader and are not removed for that: too many did not.
    pub fn held_removals(&self) -> Option<HeldRemovals> {
        self.soft.recovery.held()
    }

    /// What frameworks said to inverse offers about an agent.
    pub fn answers(&self, slot: u32) -> impl Iterator<Item = (&FrameworkId, Answer)> {
        let answers = self.soft.inverse.answers.range((slot, 0)..=(slot, u32::MAX));
        answers
            .filter_map(|((_, framework), answer)| Some((&self.hard.frameworks.get(*framework)?.framework_id, *answer)))
    }

    /// The inverse offers that a framework has.
    pub fn inverse_offers_of(&self, framework_id: &FrameworkId) -> impl Iterator<Item = &InverseOffer> {
        let slot = self.framework_slots.get(framework_id).copied();
        let offers = slot.into_iter().flat_map(|slot| self.soft.inverse.of_framework(slot));
        offers.map(AsRef::as_ref)
    }

    /// Inverse offers that stand.
    pub fn inverse_offers(&self) -> impl Iterator<Item = &InverseOffer> {
        self.soft.inverse.offers.values().map(AsRef::as_ref)
    }

    /// Whether an agent has a connection, and which one.
    pub fn agent_connection(&self, agent_id: &AgentId) -> Option<u64> {
        Some(self.soft.links.get(self.agent_slots.get(agent_id)?)?.connection)
    }

    /// Whether a framework has a connection, and which one.
    pub fn framework_connection(&self, framework_id: &FrameworkId) -> Option<u64> {
        Some(
            self.soft
                .sessions
                .get(self.framework_slots.get(framework_id)?)?
                .connection,
        )
    }

    /// Offers that stand, oldest first.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.soft.offers.values().map(AsRef::as_ref)
    }

    /// The executors of a framework, and the agents that have them.
    pub fn executors_of<'a, 'b>(
        &'a self,
        framework_id: &'b FrameworkId,
    ) -> impl Iterator<Item = (&'a Agent, &'a Executor)> + use<'a, 'b> {
        let first = (framework_id.clone(), 0, ExecutorId::from(""));
        let own = self.executor_slots.range(first..);
        let own = own.take_while(move |(id, ..)| id == framework_id);
        own.filter_map(|(framework_id, agent, executor_id)| {
            let agent = self.hard.agents.get(*agent)?;
            let key = (framework_id.clone(), executor_id.clone());
            Some((agent, agent.executors.get(&key)?))
        })
    }

    /// The offers that a framework has, oldest first.
    pub fn offers_of(&self, framework_id: &FrameworkId) -> impl Iterator<Item = &Offer> {
        let slot = self.framework_slots.get(framework_id).copied();
        let offers = slot.into_iter().flat_map(|slot| self.soft.offers_of_framework(slot));
        offers.map(AsRef::as_ref)
    }

    /// What is on offer of an agent.
    pub fn offered(&self, slot: u32) -> Resources {
        self.soft.offered(slot)
    }

    /// All that an agent has: what it offers for sure, and what it has beyond that and may take back.
    pub fn total_of(&self, slot: u32) -> Cow<'_, Resources> {
        let known = self.hard.agents.get(slot).map(|agent| &agent.total);
        let total = known.map_or_else(|| Cow::Owned(Resources::new()), Cow::Borrowed);
        match self.soft.links.get(&slot) {
            Some(link) if !link.oversubscribed.is_empty() => Cow::Owned(total.into_owned() + &link.oversubscribed),
            _ => total,
        }
    }

    /// An agent's revocable resources, used or not.
    pub fn oversubscribed(&self, slot: u32) -> Resources {
        let link = self.soft.links.get(&slot);
        link.map(|link| link.oversubscribed.clone()).unwrap_or_default()
    }

    /// What is neither used nor on offer; of revocable resources, nothing.
    pub(crate) fn free_of(&self, slot: u32) -> Resources {
        let Some(agent) = self.hard.agents.get(slot) else {
            return Resources::new();
        };
        let offers = self.soft.offers_of_agent(slot).iter();
        offers.fold(agent.unused(), |mut free, offer| {
            free.withdraw(&offer.resources);
            free
        })
    }
}
