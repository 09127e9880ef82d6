use base_clock::Timestamp;

use super::{Cx, end_tasks::Endings};
use crate::{Event, Master, RegistryEvent};

impl Master {
    /// An agent was silent for too long: it is lost now, or when the limit of removals lets it be (Mesos'
    /// `--agent_removal_rate_limit`). Until then it may still come back.
    pub(super) fn remove_agent(&self, cx: &mut Cx<'_>, slot: u32, removals: &mut Removals, endings: &mut Endings<'_>) {
        if self.is_held(cx, slot) {
            return self.hold_removals_back(cx, removals, endings);
        }
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
        endings.events.push(Event::Registry(RegistryEvent::RemovalScheduled {
            agent_id: agent.agent_id.clone(),
            at,
        }));
        if at <= cx.now {
            self.lose(cx, slot, endings);
        }
    }

    /// Whether an agent did not come back to this leader, and too many others did not either. A network that broke with the
    /// old leader must not take the whole cluster for lost (Mesos' `--recovery_agent_removal_limit`).
    fn is_held(&self, cx: &Cx<'_>, slot: u32) -> bool {
        let recovery = &self.soft.recovery;
        recovery.missing.contains(&slot) && recovery.exceeds(cx.config.recovery_removal_limit)
    }

    /// Where Mesos' master would exit, all have their full time again: those that come back are served meanwhile, and once few
    /// enough are missing, or an operator marks them gone or raises the limit, it is as ever.
    fn hold_removals_back(&self, cx: &Cx<'_>, removals: &mut Removals, endings: &mut Endings<'_>) {
        if std::mem::replace(&mut removals.held, true) {
            return;
        }
        let recovery = &self.soft.recovery;
        endings.events.push(Event::Registry(RegistryEvent::RemovalsHeld {
            until: cx.now + cx.config.unreachable_after(),
            missing: recovery.missing.len() as u64,
            known: recovery.known as u64,
        }));
    }
}

/// The removals that one tick allows.
#[derive(Default)]
pub(super) struct Removals {
    /// The time of the latest one.
    last: Option<Timestamp>,
    /// Those that did not come back to this leader have more time.
    held: bool,
}
