use std::sync::Arc;

use base_ids::OfferId;
use core_allocator::{Allocator, Grant};

use super::Cx;
use crate::{Event, Master, Offer};

/// Offer numbers of two leaderships differ: each has so many.
pub(super) const NUMBERS: u64 = 1_000_000_000;

impl Master {
    pub(super) fn allocate_offers(&self, index: &Allocator, cx: &mut Cx<'_>) -> Vec<Event> {
        if self.soft.dirty.is_empty() {
            return Vec::new();
        }
        let mut dirty = self.soft.dirty.clone();
        dirty.agents.extend(self.soft.held.iter().copied());
        let seed = if index.is_random() { cx.random() } else { 0 };
        let allocation = index.plan(cx.now, &self.soft.filters, &dirty, seed);
        let first = cx.config.epoch.saturating_mul(NUMBERS) + self.soft.offer_count;
        let offers = (first..)
            .zip(allocation.grants)
            .filter_map(|(number, grant)| self.make_offer(cx, number, grant).map(Arc::new));
        vec![Event::OffersMade {
            offers: offers.collect(),
            held: allocation.held,
        }]
    }

    fn make_offer(&self, cx: &Cx<'_>, number: u64, grant: Grant) -> Option<Offer> {
        Some(Offer {
            number,
            offer_id: OfferId::from(format!("{}-O{number}", cx.config.cluster_id)),
            framework_id: self.hard.frameworks.get(grant.framework)?.framework_id.clone(),
            agent_id: self.hard.agents.get(grant.agent)?.agent_id.clone(),
            framework: grant.framework,
            agent: grant.agent,
            made: cx.now,
            role: grant.role,
            resources: grant.resources,
            expires: cx.config.offer_timeout.map(|timeout| cx.now + timeout),
        })
    }
}
