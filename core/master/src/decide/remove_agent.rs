use super::{Cx, end_tasks::Endings};
use crate::{Event, Master};

impl Master {
    /// An agent was silent for too long: it is lost now, or when the limit of removals lets it be (Mesos'
    /// `--agent_removal_rate_limit`). Until then it may still come back.
    pub(super) fn remove_agent(&self, cx: &mut Cx<'_>, slot: u32, removals: &mut Removals, endings: &mut Endings<'_>) {
        let Some(interval) = cx.config.removal_interval else {
            return self.lose(cx, slot, endings);
        };
        if self.soft.removals.get(&slot).is_some_and(|at| *at <= cx.now) {
            return self.lose(cx, slot, endings);
        }
        let Some(agent) = self.hard.agents.get(slot) else {
            return;
        };
        let last = removals.last.or(self.soft.last_removal);
        let at = last.map_or(cx.now, |last| cx.now.max(last + interval));
        removals.last = Some(at);
        endings.events.push(Event::RemovalScheduled {
            agent_id: agent.agent_id.clone(),
            at,
        });
        if at <= cx.now {
            self.lose(cx, slot, endings);
        }
    }
}

/// The removals that one tick allows.
#[derive(Default)]
pub(super) struct Removals {
    /// The time of the latest one.
    last: Option<base_clock::Timestamp>,
}
