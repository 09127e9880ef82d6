use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId};
use core_allocator::Dirty;
use model_resources::{Resources, Role};

use crate::{Master, Offer, state::Timer};

impl Master {
    pub(super) fn add_offers(&mut self, offers: &[Offer]) {
        self.soft.dirty = Dirty::default();
        self.soft.offer_count += offers.len() as u64;
        for offer in offers {
            if let Some(session) = self.slots(offer).and_then(|(_, f)| self.soft.sessions.get_mut(&f)) {
                session.latest.clear();
            }
        }
        for offer in offers {
            self.add_offer(offer);
        }
    }

    fn add_offer(&mut self, offer: &Offer) {
        let Some((agent, framework)) = self.slots(offer) else {
            return;
        };
        if let Some(session) = self.soft.sessions.get_mut(&framework) {
            session.latest.push(offer.number);
        }
        if let Some(expires) = offer.expires {
            self.soft.timers.insert((expires, Timer::Offer(offer.number)));
        }
        *self.soft.offered.entry(agent).or_default() += &offer.resources;
        self.soft.offers_of_agents.insert((agent, offer.number));
        self.soft.offers_of_frameworks.insert((framework, offer.number));
        self.soft.offers.insert(offer.number, Arc::new(offer.clone()));
    }

    pub(super) fn drop_offer(&mut self, offer: &Offer) {
        let Some((agent, framework)) = self.slots(offer) else {
            return;
        };
        if self.soft.offers.remove(&offer.number).is_none() {
            return;
        }
        if let Some(expires) = offer.expires {
            self.soft.timers.remove(&(expires, Timer::Offer(offer.number)));
        }
        if let Some(offered) = self.soft.offered.get_mut(&agent) {
            *offered -= &offer.resources;
            if offered.is_empty() {
                self.soft.offered.remove(&agent);
            }
        }
        self.soft.offers_of_agents.remove(&(agent, offer.number));
        self.soft.offers_of_frameworks.remove(&(framework, offer.number));
        self.soft.dirty.agents.insert(agent);
    }

    pub(super) fn filter(
        &mut self,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        role: &Role,
        resources: &Resources,
        until: Timestamp,
    ) {
        let slots = (self.framework_slots.get(framework_id), self.agent_slots.get(agent_id));
        if let (Some(framework), Some(agent)) = slots {
            self.soft
                .filters
                .insert(*framework, *agent, role.clone(), resources.clone(), until);
        }
    }

    pub(super) fn expire_filters(&mut self, now: Timestamp) {
        for (_, agent) in self.soft.filters.expire(now) {
            self.soft.dirty.agents.insert(agent);
        }
    }

    /// The slots of an offer's agent and framework.
    fn slots(&self, offer: &Offer) -> Option<(u32, u32)> {
        let agent = self.agent_slots.get(&offer.agent_id)?;
        Some((*agent, *self.framework_slots.get(&offer.framework_id)?))
    }
}
