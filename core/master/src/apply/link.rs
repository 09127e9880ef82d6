use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use imbl::OrdSet;
use model_resources::Resources;

use crate::{
    Master,
    state::{Link, Timer},
};

impl Master {
    pub(super) fn begin(&mut self, unreachable_at: Timestamp) {
        self.soft.began = true;
        let agents = self.hard.agents.iter();
        let known = agents.filter(|(_, agent)| agent.unreachable_since.is_none());
        let known: Vec<u32> = known.map(|(slot, _)| slot).collect();
        self.soft.recovery.known = known.len();
        let absent: Vec<u32> = known
            .into_iter()
            .filter(|slot| !self.soft.links.contains_key(slot))
            .collect();
        for slot in absent {
            self.soft.recovery.missing.insert(slot);
            self.await_agent(slot, unreachable_at);
        }
    }

    pub(super) fn stall(&mut self, ping_at: Timestamp, unreachable_at: Timestamp) {
        let linked: Vec<u32> = self.soft.links.keys().copied().collect();
        for slot in linked {
            self.reset_ping(slot, ping_at, |_| 0);
        }
        let absent: Vec<u32> = self.soft.absent.keys().copied().collect();
        for slot in absent {
            self.await_agent(slot, unreachable_at);
        }
    }

    pub(super) fn connect_agent(&mut self, agent_id: &AgentId, connection: u64, ping_at: Timestamp) {
        let Some(slot) = self.agent_slots.get(agent_id).copied() else {
            return;
        };
        self.drop_link(slot);
        let link = Link {
            connection,
            reported: false,
            unanswered: 0,
            ping_at,
            held: None,
            oversubscribed: Resources::new(),
            strays: OrdSet::new(),
        };
        self.soft.links.insert(slot, link);
        self.soft.timers.insert((ping_at, Timer::Ping(slot)));
    }

    pub(super) fn disconnect_agent(&mut self, agent_id: &AgentId, unreachable_at: Timestamp) {
        let Some(slot) = self.agent_slots.get(agent_id).copied() else {
            return;
        };
        self.drop_link(slot);
        self.await_agent(slot, unreachable_at);
    }

    pub(super) fn hear_agent(&mut self, agent_id: &AgentId, reported: bool) {
        let Some(slot) = self.agent_slots.get(agent_id).copied() else {
            return;
        };
        if let Some(link) = self.soft.links.get_mut(&slot) {
            link.unanswered = 0;
            link.reported |= reported;
            self.soft.dirty.agents.insert(slot);
        }
        self.soft.removals.remove(&slot);
        self.review_drain(slot);
    }

    /// All that an agent runs: strays that are not among it are gone.
    pub(super) fn hear_report(&mut self, agent_id: &AgentId, tasks: &[(FrameworkId, TaskId)]) {
        self.change_strays(agent_id, |strays| {
            *strays = strays.iter().filter(|stray| tasks.contains(stray)).cloned().collect();
        });
        self.hear_agent(agent_id, true);
        if let Some(slot) = self.agent_slots.get(agent_id).copied() {
            self.ask_about(slot);
        }
    }

    pub(super) fn hear_held(&mut self, agent_id: &AgentId, version: u64) {
        let Some(slot) = self.agent_slots.get(agent_id) else {
            return;
        };
        if let Some(link) = self.soft.links.get_mut(slot) {
            link.held = Some(version);
        }
    }

    pub(super) fn oversubscribe(&mut self, agent_id: &AgentId, resources: &Resources) {
        let Some(slot) = self.agent_slots.get(agent_id) else {
            return;
        };
        if let Some(link) = self.soft.links.get_mut(slot) {
            link.oversubscribed = resources.clone();
            self.soft.dirty.agents.insert(*slot);
        }
    }

    pub(super) fn add_stray(&mut self, agent_id: &AgentId, framework_id: &FrameworkId, task_id: &TaskId) {
        self.change_strays(agent_id, |strays| {
            strays.insert((framework_id.clone(), task_id.clone()));
        });
    }

    pub(super) fn end_stray(&mut self, agent_id: &AgentId, framework_id: &FrameworkId, task_id: &TaskId) {
        self.change_strays(agent_id, |strays| {
            strays.remove(&(framework_id.clone(), task_id.clone()));
        });
    }

    fn change_strays(&mut self, agent_id: &AgentId, change: impl FnOnce(&mut OrdSet<(FrameworkId, TaskId)>)) {
        let Some(slot) = self.agent_slots.get(agent_id).copied() else {
            return;
        };
        if let Some(link) = self.soft.links.get_mut(&slot) {
            change(&mut link.strays);
            self.soft.dirty.agents.insert(slot);
        }
        self.review_drain(slot);
    }

    pub(super) fn ping_agent(&mut self, agent_id: &AgentId, next: Timestamp) {
        if let Some(slot) = self.agent_slots.get(agent_id).copied() {
            self.reset_ping(slot, next, |unanswered| unanswered + 1);
        }
    }

    pub(super) fn reset_ping(&mut self, slot: u32, next: Timestamp, unanswered: impl Fn(u32) -> u32) {
        let Some(link) = self.soft.links.get_mut(&slot) else {
            return;
        };
        self.soft.timers.remove(&(link.ping_at, Timer::Ping(slot)));
        link.ping_at = next;
        link.unanswered = unanswered(link.unanswered);
        self.soft.timers.insert((next, Timer::Ping(slot)));
    }

    pub(super) fn await_agent(&mut self, slot: u32, until: Timestamp) {
        if let Some(old) = self.soft.absent.insert(slot, until) {
            self.soft.timers.remove(&(old, Timer::Absent(slot)));
        }
        self.soft.timers.insert((until, Timer::Absent(slot)));
    }

    /// Forgets an agent's connection, and that it is waited for.
    pub(super) fn drop_link(&mut self, slot: u32) {
        if let Some(link) = self.soft.links.remove(&slot) {
            self.soft.timers.remove(&(link.ping_at, Timer::Ping(slot)));
        }
        if let Some(until) = self.soft.absent.remove(&slot) {
            self.soft.timers.remove(&(until, Timer::Absent(slot)));
        }
        self.soft.removals.remove(&slot);
        self.soft.recovery.settle(slot);
        self.review_drain(slot);
    }
}
