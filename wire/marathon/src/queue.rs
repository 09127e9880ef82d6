use base_clock::Timestamp;
use serde::Serialize;

use crate::{app::App, time};

/// What waits to be launched (`GET /v2/queue`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Queue {
    pub queue: Vec<QueueItem>,
}

/// An app that waits. Marathon 1.11 adds a `role`, which strict clients refuse; it is that of the app and left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueItem {
    /// The app.
    pub app: App,
    /// How many instances are still to be launched.
    pub count: u32,
    /// Whether it backs off.
    pub delay: Delay,
    /// Since when it waits.
    #[serde(serialize_with = "time::text")]
    pub since: Timestamp,
    /// What became of the offers so far.
    pub processed_offers_summary: OffersSummary,
    /// The last offers that did not fit, with `?embed=lastUnusedOffers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_unused_offers: Option<Vec<UnusedOffer>>,
}

/// Whether an app backs off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delay {
    /// How long it still does, in seconds.
    pub time_left_seconds: u64,
    /// Whether it waits for offers only.
    pub overdue: bool,
}

/// What became of offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OffersSummary {
    /// How many there were.
    pub processed_offers_count: u32,
    /// How many did not fit.
    pub unused_offers_count: u32,
    /// When the last one did not fit.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub last_unused_offer_at: Option<Timestamp>,
    /// When the last one fitted.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub last_used_offer_at: Option<Timestamp>,
    /// Of the last offer of each agent.
    pub reject_summary_last_offers: Vec<Declined>,
    /// Of all offers since the launch was asked for.
    pub reject_summary_launch_attempt: Vec<Declined>,
}

/// How many offers were still there at one step of the funnel, and how many fell out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Declined {
    pub reason: Reason,
    pub declined: u32,
    pub processed: u32,
}

/// Why an offer does not fit (`NoOfferMatchReason`). The order is that of the funnel: an offer counts for the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Reason {
    UnfulfilledRole,
    UnfulfilledConstraint,
    NoCorrespondingReservationFound,
    AgentMaintenance,
    InsufficientCpus,
    InsufficientMemory,
    InsufficientDisk,
    InsufficientGpus,
    InsufficientPorts,
    DeclinedScarceResources,
}

impl Reason {
    /// Every reason, in the order of the funnel.
    pub const FUNNEL: [Self; 10] = [
        Self::UnfulfilledRole,
        Self::UnfulfilledConstraint,
        Self::NoCorrespondingReservationFound,
        Self::AgentMaintenance,
        Self::InsufficientCpus,
        Self::InsufficientMemory,
        Self::InsufficientDisk,
        Self::InsufficientGpus,
        Self::InsufficientPorts,
        Self::DeclinedScarceResources,
    ];

    /// One row for each reason: how many of `offers` reached it and how many it declined.
    pub fn funnel(offers: u32, declined_for: impl Fn(Self) -> u32) -> Vec<Declined> {
        let mut processed = offers;
        let mut row = |reason| {
            let declined = declined_for(reason);
            let row = Declined {
                reason,
                declined,
                processed,
            };
            processed = processed.saturating_sub(declined);
            row
        };
        Self::FUNNEL.into_iter().map(&mut row).collect()
    }
}

/// An offer that did not fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnusedOffer {
    /// The offer.
    pub offer: Offer,
    /// Every reason.
    pub reason: Vec<Reason>,
    /// When.
    #[serde(serialize_with = "time::text")]
    pub timestamp: Timestamp,
}

/// What an agent offered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    pub id: String,
    pub hostname: String,
    pub agent_id: String,
    pub resources: Vec<OfferResource>,
    pub attributes: Vec<AgentAttribute>,
}

/// A resource of an offer; one of its values is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OfferResource {
    pub name: String,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scalar: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Vec<NumberRange>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Vec<String>>,
}

/// An attribute of an agent; one of its values is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentAttribute {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scalar: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Vec<NumberRange>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Vec<String>>,
}

/// Numbers from `begin` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NumberRange {
    pub begin: u64,
    pub end: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_sees_what_the_earlier_ones_left() {
        let declined = |reason| match reason {
            Reason::UnfulfilledConstraint => 3,
            Reason::InsufficientCpus => 75,
            _ => 0,
        };
        let rows = Reason::funnel(100, declined);
        let processed: Vec<u32> = rows.iter().map(|r| r.processed).collect();
        assert_eq!(processed, [100, 100, 97, 97, 97, 22, 22, 22, 22, 22]);
        assert_eq!(
            serde_json::to_value(rows[4]).unwrap(),
            serde_json::json!({"reason": "InsufficientCpus", "declined": 75, "processed": 97})
        );
    }
}
