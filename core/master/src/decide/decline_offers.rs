use std::{sync::Arc, time::Duration};

use base_ids::{FrameworkId, OfferId};
use model_resources::Resources;

use super::{Cx, Decided, dropped};
use crate::{Drop, Event, Master, Offer};

/// The longest filter, as in Mesos.
pub(super) const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Master {
    pub(super) fn decline_offers(
        &self,
        cx: &Cx<'_>,
        framework_id: &FrameworkId,
        offer_ids: &[OfferId],
        refuse: Option<Duration>,
    ) -> Decided {
        let (slot, _) = self.find_framework(framework_id)?;
        let mut events = Vec::new();
        for number in distinct_numbers(offer_ids) {
            let Some(offer) = number.and_then(|number| self.offer_of(slot, number)) else {
                continue;
            };
            events.extend(filtered(cx, offer, offer.resources.clone(), refuse));
            events.push(dropped(offer, Drop::Declined));
        }
        Ok(events)
    }

    /// An offer that stands and is this framework's.
    pub(super) fn offer_of(&self, framework: u32, number: u64) -> Option<&Arc<Offer>> {
        self.soft
            .offers
            .get(&number)
            .filter(|offer| offer.framework == framework)
    }
}

/// The filter for what a framework left of an offer.
pub(super) fn filtered(cx: &Cx<'_>, offer: &Offer, left: Resources, refuse: Option<Duration>) -> Option<Event> {
    let refuse = refuse.unwrap_or(cx.config.default_refuse).min(YEAR);
    (!refuse.is_zero() && !left.is_empty()).then(|| Event::Filtered {
        framework_id: offer.framework_id.clone(),
        agent_id: offer.agent_id.clone(),
        role: offer.role.clone(),
        resources: Arc::new(left),
        until: cx.now + refuse,
        slots: (offer.framework, offer.agent),
    })
}

/// The numbers of offers, each once and in order; `None` for an id of another form.
pub(super) fn distinct_numbers(offer_ids: &[OfferId]) -> Vec<Option<u64>> {
    let mut numbers: Vec<Option<u64>> = offer_ids.iter().map(Offer::number_of).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
