use base_clock::Timestamp;
use base_ids::{DeploymentId, Uuid};
use core_machine::Ctx;

use super::Draft;
use crate::{Apps, Condition, Config, Doom, Event, Outcome, roster::Class, timers::Timer};

pub(super) fn decide(state: &Apps, cx: &mut Ctx<'_, Config>) -> Vec<Event> {
    let mut draft = Draft::new(state, cx.now);
    for timer in state.timers.due(cx.now) {
        match timer {
            Timer::Delay(app) | Timer::Retry(app) => draft.push(Event::AppWoken { app }),
            Timer::Unreachable(uuid) => give_up(&mut draft, uuid, cx.now),
            Timer::Progress(_) => {}
        }
    }
    // What is ready now is progress, even if nobody has noticed yet.
    let mut events = draft.settle(cx);
    let failed = late(state, cx.now, &events);
    if failed.is_empty() {
        return events;
    }
    let mut draft = Draft::new(state, cx.now);
    for event in events.drain(..) {
        draft.push(event);
    }
    for id in failed {
        if let Some(reason) = reason(&draft.state, &id) {
            draft.end(&id, Outcome::Failed { reason });
        }
    }
    draft.settle(cx)
}

/// Deployments whose deadline is over and that these events don't bring forward.
fn late(state: &Apps, now: Timestamp, events: &[Event]) -> Vec<DeploymentId> {
    let due = state.timers.due(now).into_iter();
    due.filter_map(|timer| match timer {
        Timer::Progress(id) => Some(id),
        Timer::Delay(_) | Timer::Retry(_) | Timer::Unreachable(_) => None,
    })
    .filter(|late| {
        !events.iter().any(|event| match event {
            Event::DeploymentProgressed { id, .. } | Event::DeploymentStepCompleted { id, .. } => id == late,
            Event::DeploymentEnded { deployment, .. } => deployment.id == *late,
            _ => false,
        })
    })
    .collect()
}

fn give_up(draft: &mut Draft, uuid: Uuid, now: Timestamp) {
    let Some(instance) = draft.state.instance(uuid).cloned() else {
        return;
    };
    let strategy = draft.state.app(&instance.app).and_then(|app| app.spec().unreachable);
    let Some(strategy) = strategy else { return };
    if instance.condition == Condition::Unreachable {
        draft.push(Event::InstanceUpdated {
            instance: uuid,
            condition: Condition::UnreachableInactive,
            at: instance.since,
            message: None,
        });
    }
    let expunged_at = instance.since + std::time::Duration::from_secs(strategy.expunge_after_seconds);
    if expunged_at <= now {
        let instances = vec![uuid];
        draft.push(Event::InstancesDoomed {
            app: instance.app,
            instances,
            why: Doom::Expunged,
        });
    }
}

fn reason(state: &Apps, id: &DeploymentId) -> Option<String> {
    let deployment = state.deployments.get(id)?;
    let seconds = deployment.deadline_ms / 1000;
    let stuck = deployment.current_actions().iter().filter_map(|action| {
        let app = state.app(&action.app)?;
        let ready = app.roster.count_of(false, |c| c == Class::Ready);
        let wanted = app.spec().instances;
        let refused = app.refused.as_ref().filter(|r| r.holds);
        let refused = refused.map(|r| format!("; no place: {}", r.refusal));
        let failed = app.last_failure().map(|failure| format!("; last failure: {failure}"));
        let why = refused.or(failed).unwrap_or_default();
        Some(format!("{}: {ready} of {wanted} instances are ready{why}", action.app))
    });
    let stuck: Vec<String> = stuck.collect();
    Some(format!(
        "no progress for {seconds} s in step {}: {}",
        deployment.step + 1,
        stuck.join(", ")
    ))
}

/// Refused apps may be placed again: the pool has changed.
pub(super) fn wake_refused(state: &Apps) -> Vec<Event> {
    let refused = state
        .apps
        .iter()
        .filter(|(_, app)| app.refused.as_ref().is_some_and(|r| r.holds));
    refused.map(|(id, _)| Event::AppWoken { app: id.clone() }).collect()
}
