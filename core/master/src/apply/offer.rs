use std::sync::Arc;

use base_clock::Timestamp;
use core_allocator::Dirty;
use model_resources::{Resources, Role};

use crate::{Master, Offer, state::Timer};

impl Master {
    pub(super) fn add_offers(&mut self, offers: &[Arc<Offer>], held: &[u32]) {
        self.soft.dirty = Dirty::default();
        self.soft.held = held.iter().copied().collect();
        self.soft.offer_count += offers.len() as u64;
        let Some(first) = offers.first().map(|offer| offer.number) else {
            return;
        };
        let mut takers: Vec<u32> = offers.iter().map(|offer| offer.framework).collect();
        takers.sort_unstable();
        takers.dedup();
        for framework in takers {
            if let Some(session) = self.soft.sessions.get_mut(&framework) {
                session.latest = first;
            }
        }
        for offer in offers {
            self.add_offer(offer);
        }
    }

    fn add_offer(&mut self, offer: &Arc<Offer>) {
        if let Some(expires) = offer.expires {
            self.soft.timers.insert((expires, Timer::Offer(offer.number)));
        }
        self.soft.offers_of_agents.get_mut(offer.agent).push(offer.clone());
        self.soft
            .offers_of_frameworks
            .get_mut(offer.framework)
            .insert(offer.number);
        self.soft.offers.insert(offer.number, offer.clone());
    }

    pub(super) fn drop_offer(&mut self, offer: &Offer) {
        if self.soft.offers.remove(&offer.number).is_none() {
            return;
        }
        if let Some(expires) = offer.expires {
            self.soft.timers.remove(&(expires, Timer::Offer(offer.number)));
        }
        self.soft
            .offers_of_agents
            .get_mut(offer.agent)
            .retain(|other| other.number != offer.number);
        self.soft
            .offers_of_frameworks
            .get_mut(offer.framework)
            .remove(&offer.number);
        self.soft.dirty.agents.insert(offer.agent);
    }

    pub(super) fn filter(
        &mut self,
        (framework, agent): (u32, u32),
        role: &Role,
        resources: &Arc<Resources>,
        until: Timestamp,
    ) {
        self.soft
            .filters
            .insert(framework, agent, role.clone(), resources.clone(), until);
    }

    pub(super) fn expire_filters(&mut self, now: Timestamp) {
        for agent in self.soft.filters.expire(now) {
            self.soft.dirty.agents.insert(agent);
        }
    }
}
