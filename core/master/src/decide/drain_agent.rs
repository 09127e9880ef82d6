use std::time::Duration;

use base_ids::AgentId;

use super::Decided;
use crate::{Drop, Event, Master, Reject};

impl Master {
    /// Takes the work off an agent; one that is unreachable gets to know when it is back. Asked again, the new wish replaces
    /// the old one. A machine that is scheduled for maintenance is not drained in two ways (Mesos' `Master::Http::drainAgent`).
    pub(super) fn drain_agent(&self, agent_id: &AgentId, max_grace: Option<Duration>, mark_gone: bool) -> Decided {
        let (slot, _) = self.find_agent(agent_id)?;
        if self.scheduled.contains_key(&slot) {
            return Err(Reject::AgentScheduled(agent_id.clone()));
        }
        let mut events: Vec<Event> = self.drop_agent_offers(slot, Drop::AgentLost).collect();
        events.push(Event::AgentDrainStarted {
            agent_id: agent_id.clone(),
            max_grace_ms: max_grace.map(|grace| u64::try_from(grace.as_millis()).unwrap_or(u64::MAX)),
            mark_gone,
        });
        Ok(events)
    }
}
