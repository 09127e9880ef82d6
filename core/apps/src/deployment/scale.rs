use base_ids::{AppId, Uuid};
use core_machine::Ctx;

use crate::{Apps, Config, Doom, Event, decide::Draft, roster::Class};

/// How many instances one decision schedules at most.
pub(super) const BATCH: u32 = 4096;

/// Which go first when there are too many.
const ORDER: [Class; 8] = [
    Class::Scheduled,
    Class::Unreachable,
    Class::Launching,
    Class::Staging,
    Class::Unhealthy,
    Class::Unproven,
    Class::Unknown,
    Class::Ready,
];

/// Brings the number of living instances to `wanted`, whatever version they run. False if it takes another decision.
pub(super) fn to(draft: &mut Draft, cx: &mut Ctx<'_, Config>, id: &AppId, wanted: u32) -> bool {
    drop_outdated_waiting(draft, id);
    let Some(app) = draft.state.app(id) else { return true };
    let alive = app.roster.count(Class::is_alive);
    if alive > wanted {
        let surplus = surplus(&draft.state, id, (alive - wanted) as usize);
        draft.doom(id, &surplus, Doom::Scale);
        return true;
    }
    schedule(draft, cx, id, wanted - alive)
}

/// An instance of an old version that never ran gives way to one of the new.
fn drop_outdated_waiting(draft: &mut Draft, id: &AppId) {
    let Some(app) = draft.state.app(id) else { return };
    let waiting = uuids(&draft.state, app.roster.slots_of(true, Class::Scheduled, false));
    draft.doom(id, &waiting, Doom::Upgrade);
}

/// The instances to give up: outdated ones of a class before current ones, then by the app's kill selection.
fn surplus(state: &Apps, id: &AppId, count: usize) -> Vec<Uuid> {
    let Some(app) = state.app(id) else { return Vec::new() };
    let youngest_first = app.spec().kill_selection == model_app::KillSelection::YoungestFirst;
    let mut slots = Vec::new();
    for class in ORDER {
        for outdated in [true, false] {
            if slots.len() < count {
                slots.extend(app.roster.slots_of(outdated, class, youngest_first));
            }
        }
    }
    slots.truncate(count);
    uuids(state, slots)
}

pub(super) fn uuids(state: &Apps, slots: Vec<u32>) -> Vec<Uuid> {
    slots.into_iter().map(|slot| state.instances[slot].uuid).collect()
}

/// Wants `count` instances more of the version in force. False if that takes another decision.
pub(super) fn schedule(draft: &mut Draft, cx: &mut Ctx<'_, Config>, id: &AppId, count: u32) -> bool {
    let Some(version) = draft.state.app(id).map(|app| app.spec().version) else {
        return true;
    };
    if count > 0 {
        draft.push(Event::InstancesScheduled {
            app: id.clone(),
            version,
            seed: cx.uuid(),
            count: count.min(BATCH),
        });
    }
    count <= BATCH
}
