use std::collections::BTreeSet;

use base_ids::OfferId;

use super::{Cx, allocate_offers::NUMBERS};
use crate::{Event, InverseEvent, InverseOffer, Master};

impl Master {
    /// Asks whoever has tasks on a machine that goes into maintenance, is connected, and was neither asked nor has answered
    /// of late (Mesos' `generateInverseOffers`).
    pub(super) fn make_inverse_offers(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let inverse = &self.soft.inverse;
        if inverse.next().is_none_or(|next| next > cx.now) {
            return Vec::new();
        }
        let ended = inverse.ends.iter().take_while(|(until, _)| *until <= cx.now);
        let agents: BTreeSet<u32> = ended
            .map(|(_, (agent, _))| *agent)
            .chain(inverse.due.iter().copied())
            .collect();
        let mut number = cx.config.epoch.saturating_mul(NUMBERS) + self.soft.offer_count;
        let mut offers = Vec::new();
        for agent in agents {
            for framework in self.frameworks_to_ask(cx, agent) {
                offers.extend(self.inverse_offer(cx, number, agent, framework));
                number += 1;
            }
        }
        vec![Event::Inverse(InverseEvent::Made { offers })]
    }

    fn frameworks_to_ask(&self, cx: &Cx<'_>, slot: u32) -> BTreeSet<u32> {
        let inverse = &self.soft.inverse;
        let known = self.hard.agents.get(slot).filter(|_| !self.down.contains(&slot));
        let tasks = known.into_iter().flat_map(|agent| self.live_tasks(agent));
        let frameworks = tasks.map(|task| task.framework);
        frameworks
            .filter(|framework| self.soft.takers.contains(framework))
            .filter(|framework| !inverse.offers.contains_key(&(slot, *framework)))
            .filter(|framework| {
                inverse
                    .filters
                    .get(&(slot, *framework))
                    .is_none_or(|until| *until <= cx.now)
            })
            .collect()
    }

    fn inverse_offer(&self, cx: &Cx<'_>, number: u64, agent: u32, framework: u32) -> Option<InverseOffer> {
        Some(InverseOffer {
            number,
            offer_id: OfferId::from(format!("{}-O{number}", cx.config.cluster_id)),
            framework_id: self.hard.frameworks.get(framework)?.framework_id.clone(),
            agent_id: self.hard.agents.get(agent)?.agent_id.clone(),
            unavailability: *self.scheduled.get(&agent)?,
        })
    }
}
