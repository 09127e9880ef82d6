use base_clock::Timestamp;
use model_cluster::{Reason, TaskState};

use super::{
    Cx,
    end_tasks::{Endings, Verdict},
};
use crate::{Event, Master, RegistryEvent};

const FORGOTTEN: Verdict = Verdict {
    state: TaskState::Gone,
    reason: Reason::AgentRemoved,
    message: "The agent was unreachable for so long that it is forgotten",
};

impl Master {
    /// Forgets agents that are unreachable or gone for too long, and the oldest of too many (Mesos' `Master::doRegistryGc`).
    /// An agent that is forgotten can't come back under its id, so its tasks are gone.
    pub(super) fn prune_registry(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        if self.soft.prune_at.is_none_or(|at| at > cx.now) {
            return Vec::new();
        }
        let (age, count) = (cx.config.registry_max_agent_age, cx.config.registry_max_agent_count);
        let old = move |since: Timestamp, now: Timestamp| now.since(since) >= age;
        let mut endings = Endings::new(self, Vec::new());
        let agents = self.hard.agents.iter();
        let mut lost: Vec<(Timestamp, u32)> = agents
            .filter_map(|(slot, agent)| Some((agent.unreachable_since?, slot)))
            .collect();
        lost.sort_unstable();
        let excess = lost.len().saturating_sub(count);
        for (at, (since, slot)) in lost.into_iter().enumerate() {
            if at < excess || old(since, cx.now) {
                self.forget(cx, slot, &mut endings);
            }
        }
        let gone = &self.hard.gone;
        let excess = gone.len().saturating_sub(count);
        let gone = gone.iter().enumerate();
        let agent_ids: Vec<_> = gone
            .take_while(|(at, gone)| *at < excess || old(gone.at, cx.now))
            .map(|(_, gone)| gone.agent_id.clone())
            .collect();
        if !agent_ids.is_empty() {
            endings.events.push(Event::GoneForgotten { agent_ids });
        }
        endings.events.push(Event::Registry(RegistryEvent::Pruned {
            next: cx.now + cx.config.registry_gc_interval,
        }));
        endings.events
    }

    fn forget(&self, cx: &mut Cx<'_>, slot: u32, endings: &mut Endings<'_>) {
        let Some(agent) = self.hard.agents.get(slot) else {
            return;
        };
        for task in self.live_tasks(agent) {
            endings.rule(cx, task, &FORGOTTEN);
        }
        endings.events.push(Event::AgentForgotten {
            agent_id: agent.agent_id.clone(),
        });
    }
}
