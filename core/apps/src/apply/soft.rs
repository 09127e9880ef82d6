use base_clock::Timestamp;
use base_ids::{AppId, Uuid};
use core_placement::Refusal;

use crate::{Apps, Refused, timers::Timer};

pub(super) fn hear(state: &mut Apps, instance: Uuid) {
    state.change(instance, |i| i.heard = true);
}

pub(super) fn refuse(state: &mut Apps, at: Timestamp, id: &AppId, refusal: &Refusal, retry_at: Timestamp) {
    if let Some(app) = state.app_mut(id) {
        let refusal = refusal.clone();
        app.refused = Some(Refused {
            refusal,
            at,
            holds: true,
        });
        state.timers.set(Timer::Retry(id.clone()), Some(retry_at));
    }
}

pub(super) fn wake(state: &mut Apps, at: Timestamp, id: &AppId) {
    if let Some(app) = state.app_mut(id) {
        if let Some(refused) = &mut app.refused {
            refused.holds = false;
        }
        state.timers.set(Timer::Retry(id.clone()), None);
        if state
            .timers
            .get(&Timer::Delay(id.clone()))
            .is_some_and(|until| until <= at)
        {
            state.timers.set(Timer::Delay(id.clone()), None);
        }
    }
}

pub(super) fn settle(state: &mut Apps, apps: &[AppId]) {
    for app in apps {
        state.unsettled.remove(app);
    }
}
