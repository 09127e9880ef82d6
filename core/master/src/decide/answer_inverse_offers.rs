use std::time::Duration;

use base_ids::{FrameworkId, OfferId};

use super::{
    Cx, Decided,
    decline_offers::{YEAR, distinct_numbers},
};
use crate::{Event, InverseEvent, Master};

/// A framework is not asked more often than that, whatever filter it names: Mesos asks at most with every allocation.
const SHORTEST: Duration = Duration::from_secs(1);

impl Master {
    pub(super) fn answer_inverse_offers(
        &self,
        cx: &Cx<'_>,
        framework_id: &FrameworkId,
        offer_ids: &[OfferId],
        accepted: bool,
        refuse: Option<Duration>,
    ) -> Decided {
        let (slot, _) = self.find_framework(framework_id)?;
        let until = cx.now + refuse.unwrap_or(cx.config.default_refuse).clamp(SHORTEST, YEAR);
        let inverse = &self.soft.inverse;
        let pairs = distinct_numbers(offer_ids).into_iter().flatten();
        let own = pairs
            .filter_map(|number| inverse.by_number.get(&number))
            .filter(|(_, framework)| *framework == slot);
        let offers = own.filter_map(|pair| inverse.offers.get(pair));
        let answered = offers.map(|offer| {
            Event::Inverse(InverseEvent::Answered {
                offer: offer.as_ref().clone(),
                accepted,
                until,
            })
        });
        Ok(answered.collect())
    }

    pub(super) fn inverse_offers_of_agent_dropped(&self, agent: u32) -> impl Iterator<Item = Event> {
        let offers = self.soft.inverse.of_agent(agent);
        offers.map(|offer| {
            Event::Inverse(InverseEvent::Dropped {
                offer: offer.as_ref().clone(),
            })
        })
    }

    pub(super) fn inverse_offers_of_framework_dropped(&self, framework: u32) -> impl Iterator<Item = Event> {
        let offers = self.soft.inverse.of_framework(framework);
        offers.map(|offer| {
            Event::Inverse(InverseEvent::Dropped {
                offer: offer.as_ref().clone(),
            })
        })
    }
}
