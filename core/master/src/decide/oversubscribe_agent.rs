use base_ids::AgentId;
use model_resources::{Resource, Resources};

use super::{Decided, dropped};
use crate::{Drop, Event, Master, Oversubscribed, Reject};

impl Master {
    /// Replaces an agent's revocable resources. Only offers that hold some are rescinded, as estimates change often
    /// (Mesos' `Master::updateSlave`).
    pub(super) fn oversubscribe_agent(&self, agent_id: &AgentId, resources: Resources) -> Decided {
        let (slot, _) = self.find_agent(agent_id)?;
        let link = self.soft.links.get(&slot);
        let link = link.ok_or_else(|| Reject::AgentNotConnected(agent_id.clone()))?;
        check(&resources)?;
        if link.oversubscribed == resources {
            return Ok(Vec::new());
        }
        let mut events: Vec<Event> = self.drop_revocable_offers(slot).collect();
        events.push(Event::Oversubscribed(Oversubscribed {
            agent_id: agent_id.clone(),
            resources,
        }));
        Ok(events)
    }

    /// Takes back what an agent may not have any more.
    pub(super) fn drop_revocable_offers(&self, slot: u32) -> impl Iterator<Item = Event> {
        let offers = self.soft.offers_of_agent(slot).iter();
        let revocable = offers.filter(|offer| offer.resources.iter().any(Resource::is_revocable));
        revocable.map(|offer| dropped(offer, Drop::Rescinded))
    }
}

/// Revocable resources are everybody's: nobody reserves what can be taken away.
fn check(resources: &Resources) -> Result<(), Reject> {
    let fault = |why: String| Err(Reject::InvalidAgent(why));
    if let Err(invalid) = resources.validate() {
        return fault(format!("its revocable resources: {invalid}"));
    }
    let plain = |r: &&Resource| r.is_revocable() && !r.is_reserved() && r.allocation_role.is_none();
    match resources.iter().find(|r| !plain(r)) {
        Some(other) => fault(format!("'{other}' is not revocable and everybody's")),
        None => Ok(()),
    }
}
