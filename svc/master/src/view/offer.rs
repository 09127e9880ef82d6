use core_master::Offer;
use wire_mesos::{json::Json, state, v1};

/// An offer in the older JSON.
pub(super) fn offer_to_json(offer: &Offer) -> state::Offer<'_> {
    state::Offer {
        id: offer.offer_id.to_string(),
        framework_id: offer.framework_id.to_string(),
        allocation_info: Json(v1::resource::AllocationInfo {
            role: Some(offer.role.to_string()),
        }),
        slave_id: offer.agent_id.to_string(),
        resources: (&offer.resources).into(),
    }
}
