//! Inverse offers as a framework gets them.

use base_ids::OfferId;
use core_master::{InverseOffer, Master};
use wire_mesos::{
    cluster::unavailability_to_wire,
    v1::{
        self,
        scheduler::{Event, event},
    },
};

use super::{of_type, url_of};

/// INVERSE_OFFERS.
pub(super) fn offers(pool: &Master, offers: &[InverseOffer]) -> Event {
    let inverse_offers = offers.iter().map(|offer| to_wire(pool, offer)).collect();
    Event {
        inverse_offers: Some(event::InverseOffers { inverse_offers }),
        ..of_type(event::Type::InverseOffers)
    }
}

/// RESCIND_INVERSE_OFFER.
pub(super) fn rescind(offer_id: &OfferId) -> Event {
    let inverse_offer_id = v1::OfferId {
        value: offer_id.to_string(),
    };
    Event {
        rescind_inverse_offer: Some(event::RescindInverseOffer { inverse_offer_id }),
        ..of_type(event::Type::RescindInverseOffer)
    }
}

/// All of an agent is asked back, so no resources are named.
pub(crate) fn to_wire(pool: &Master, offer: &InverseOffer) -> v1::InverseOffer {
    v1::InverseOffer {
        id: v1::OfferId {
            value: offer.offer_id.to_string(),
        },
        url: pool.agent(&offer.agent_id).map(|agent| url_of(&agent.spec)),
        framework_id: v1::FrameworkId {
            value: offer.framework_id.to_string(),
        },
        agent_id: Some(v1::AgentId {
            value: offer.agent_id.to_string(),
        }),
        unavailability: unavailability_to_wire(offer.unavailability),
        ..Default::default()
    }
}
