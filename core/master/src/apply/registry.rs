use base_clock::Timestamp;
use base_ids::AgentId;

use crate::{Master, RegistryEvent};

impl Master {
    pub(super) fn apply_registry(&mut self, event: &RegistryEvent) {
        match event {
            RegistryEvent::RemovalScheduled { agent_id, at } => self.schedule_removal(agent_id, *at),
            RegistryEvent::Pruned { next } => self.soft.prune_at = Some(*next),
            RegistryEvent::RemovalsHeld { until, .. } => self.hold_removals(*until),
        }
    }

    /// An agent that was silent for too long stays until then, unless it is heard.
    fn schedule_removal(&mut self, agent_id: &AgentId, at: Timestamp) {
        let Some(slot) = self.agent_slots.get(agent_id).copied() else {
            return;
        };
        self.soft.removals.insert(slot, at);
        self.soft.last_removal = Some(at);
        if self.soft.recovery.missing.contains(&slot) {
            self.soft.recovery.held_until = None;
        }
        if self.soft.links.contains_key(&slot) {
            self.reset_ping(slot, at, |unanswered| unanswered);
        } else {
            self.await_agent(slot, at);
        }
    }

    /// All that did not come back to this leader have until then.
    fn hold_removals(&mut self, until: Timestamp) {
        self.soft.recovery.held_until = Some(until);
        for slot in self.soft.recovery.missing.clone() {
            self.await_agent(slot, until);
        }
    }
}
