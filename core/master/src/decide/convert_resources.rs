use std::sync::Arc;

use base_ids::AgentId;
use model_resources::{Operation, Resources};

use super::{
    Cx, Decided,
    convert_offered::{flaw_of, next_holdings, resources_of},
    dropped,
};
use crate::{Drop, Event, Master, Offer, Reject};

impl Master {
    /// An operator's RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME or SHRINK_VOLUME. It needs resources that nobody
    /// uses; those on offer are taken back, no more of them than it takes.
    pub(super) fn convert_resources(&self, cx: &Cx<'_>, agent_id: &AgentId, operation: Operation) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        if agent.unreachable_since.is_some() {
            return Err(Reject::AgentNotConnected(agent_id.clone()));
        }
        if let Some(given) = resources_of(&operation).iter().find(|r| r.allocation_role.is_some()) {
            return Err(Reject::InvalidOperation(format!(
                "'{given}' is allocated to a role; only resources that nobody has can be changed"
            )));
        }
        if let Some(why) = flaw_of(&operation, &agent.holdings.resources, &agent.used) {
            return Err(Reject::InvalidOperation(why));
        }
        let mut events = self.make_room(slot, &operation)?;
        let total = agent.total.apply(&operation);
        let total = total.map_err(|error| Reject::OperationConflict(error.to_string()))?;
        let holdings = next_holdings(cx.config.leadership, &self.unconfirmed(slot, agent), &total)
            .map_err(Reject::OperationConflict)?;
        events.push(Event::HoldingsChanged {
            agent_id: agent_id.clone(),
            holdings,
        });
        Ok(events)
    }

    /// The offers that must go so that an operation finds its resources free.
    fn make_room(&self, agent: u32, operation: &Operation) -> Decided {
        let conversions = operation
            .conversions()
            .map_err(|error| Reject::InvalidOperation(error.to_string()))?;
        let consumed = conversions.iter().map(|conversion| conversion.consumed.clone());
        let needs: Resources = consumed.sum();
        let mut free = self.free_of(agent);
        let (mut last, mut events) = (free.apply(operation), Vec::new());
        let mut offers: Vec<&Arc<Offer>> = self.soft.offers_of_agent(agent).iter().collect();
        while let (Err(_), Some(offer)) = (&last, offers.pop()) {
            if &needs - &offer.resources != needs {
                free.give_back(&offer.resources);
                events.push(dropped(offer, Drop::Rescinded));
                last = free.apply(operation);
            }
        }
        last.map_err(|error| Reject::OperationConflict(error.to_string()))?;
        // A shared volume that is destroyed is in nobody's offer any more.
        let gone = offers.into_iter().filter(|offer| holds_destroyed(offer, operation));
        events.extend(gone.map(|offer| dropped(offer, Drop::Rescinded)));
        Ok(events)
    }
}

/// Whether an offer has a volume that is destroyed.
pub(super) fn holds_destroyed(offer: &Offer, operation: &Operation) -> bool {
    match operation {
        Operation::Destroy { volumes } => volumes.iter().any(|volume| offer.resources.contains_resource(volume)),
        _ => false,
    }
}
