//! The pool as the watch face shows it.

use base_ids::{AgentId, FrameworkId};
use core_placement::{Candidate, Pool};
use model_resources::Resources;

use crate::{Master, Offer, state::Agent};

impl Master {
    /// Every agent that is not gone, in the order of slots. What is on offer counts as free: a commit may rescind it.
    pub fn pool(&self) -> Pool {
        Pool {
            agents: self
                .agents()
                .map(|(slot, agent)| self.candidate_of(slot, agent))
                .collect(),
        }
    }

    /// One agent of [`Master::pool`].
    pub fn candidate(&self, slot: u32) -> Option<Candidate> {
        Some(self.candidate_of(slot, self.agent_at(slot)?))
    }

    fn candidate_of(&self, slot: u32, agent: &Agent) -> Candidate {
        Candidate {
            agent_id: agent.agent_id.clone(),
            hostname: agent.spec.hostname.clone(),
            ip: agent.spec.ip,
            attributes: agent.spec.attributes.clone(),
            domain: agent.spec.domain.clone(),
            free: &agent.spec.resources - &agent.used,
            total: agent.spec.resources.clone(),
            connected: self.is_agent_ready(slot),
        }
    }

    /// Whether an agent gets new work: it is connected, has reported and answers its pings.
    pub fn is_agent_ready(&self, slot: u32) -> bool {
        self.soft.links.get(&slot).is_some_and(|link| link.is_ready())
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

    /// What is on offer of an agent.
    pub fn offered(&self, slot: u32) -> Resources {
        self.soft.offered(slot)
    }

    /// What is neither used nor on offer.
    pub(crate) fn free_of(&self, slot: u32) -> Resources {
        let Some(agent) = self.hard.agents.get(slot) else {
            return Resources::new();
        };
        let free = &agent.spec.resources - &agent.used;
        let offers = self.soft.offers_of_agent(slot).iter();
        offers.fold(free, |free, offer| free - &offer.resources)
    }
}
