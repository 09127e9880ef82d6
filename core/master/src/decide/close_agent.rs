use base_ids::AgentId;

use super::{Cx, Decided};
use crate::{Drop, Event, Master};

impl Master {
    pub(super) fn close_agent(&self, cx: &Cx<'_>, agent_id: &AgentId, connection: u64) -> Decided {
        let (slot, _) = self.find_agent(agent_id)?;
        if self
            .soft
            .links
            .get(&slot)
            .is_none_or(|link| link.connection != connection)
        {
            return Ok(Vec::new());
        }
        let mut events: Vec<Event> = self.drop_agent_offers(slot, Drop::AgentLost).collect();
        events.push(Event::AgentDisconnected {
            agent_id: agent_id.clone(),
            unreachable_at: cx.now + cx.config.unreachable_after(),
        });
        Ok(events)
    }
}
