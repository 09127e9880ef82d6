use base_ids::AgentId;

use super::Decided;
use crate::{Drop, Event, Master, Reject};

impl Master {
    pub(super) fn deactivate_agent(&self, agent_id: &AgentId) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        if agent.deactivated {
            return Ok(Vec::new());
        }
        let mut events: Vec<Event> = self.drop_agent_offers(slot, Drop::AgentLost).collect();
        events.push(Event::AgentDeactivated {
            agent_id: agent_id.clone(),
        });
        Ok(events)
    }

    /// Whoever is being drained must be drained first (Mesos' `Master::Http::_reactivateAgent`).
    pub(super) fn reactivate_agent(&self, agent_id: &AgentId) -> Decided {
        let (_, agent) = self.find_agent(agent_id)?;
        if !agent.deactivated {
            return Err(Reject::AgentActive(agent_id.clone()));
        }
        if agent.drain.is_some_and(|drain| !drain.drained) {
            return Err(Reject::AgentDraining(agent_id.clone()));
        }
        Ok(vec![Event::AgentReactivated {
            agent_id: agent_id.clone(),
        }])
    }
}
