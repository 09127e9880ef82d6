use base_ids::AppId;
use core_machine::Ctx;

use super::scale;
use crate::{Config, Doom, decide::Draft, roster::Class};

/// One move of a rolling upgrade. At every moment as many instances are healthy as `minimumHealthCapacity` asks (if they
/// ever were), and no more run than `maximumOverCapacity` allows. False if it takes another decision.
///
/// The rules are Marathon's: its `TaskReplaceActor` computes them once at the start, here they follow from the state at
/// each move, so that a restart of the scheduler or a scaling meanwhile changes nothing.
pub(super) fn run(draft: &mut Draft, cx: &mut Ctx<'_, Config>, id: &AppId) -> bool {
    kill_old(draft, id);
    trim_new(draft, id);
    let launches = launches(draft, id);
    scale::schedule(draft, cx, id, launches)
}

/// Old instances that serve nobody go at once, healthy ones as far as the floor allows. What is unknown is kept until
/// enough are known to be healthy without it.
fn kill_old(draft: &mut Draft, id: &AppId) {
    let Some(app) = draft.state.app(id) else { return };
    let youngest_first = app.spec().kill_selection == model_app::KillSelection::YoungestFirst;
    let old = |class| app.roster.slots_of(true, class, youngest_first);
    let mut slots: Vec<u32> = Class::ALL
        .into_iter()
        .filter(|c| c.is_worthless())
        .flat_map(old)
        .collect();
    let ready = app.roster.count(|c| c == Class::Ready);
    let spare = ready.saturating_sub(app.floor()) as usize;
    if ready >= app.floor() {
        slots.extend(old(Class::Unknown));
    }
    slots.extend(old(Class::Ready).into_iter().take(spare));
    let instances = scale::uuids(&draft.state, slots);
    draft.doom(id, &instances, Doom::Upgrade);
}

/// New instances beyond the wanted number (an unreachable one came back) go.
fn trim_new(draft: &mut Draft, id: &AppId) {
    let Some(app) = draft.state.app(id) else { return };
    let surplus = app
        .roster
        .count_of(false, Class::is_alive)
        .saturating_sub(app.spec().instances) as usize;
    if surplus == 0 {
        return;
    }
    let new = Class::ALL.into_iter().filter(|c| c.is_alive());
    let slots: Vec<u32> = new
        .flat_map(|class| app.roster.slots_of(false, class, true))
        .take(surplus)
        .collect();
    let ready = app.roster.count(|c| c == Class::Ready);
    let spare = ready.saturating_sub(app.floor()) as usize;
    let mut lost = 0;
    let slots: Vec<u32> = slots
        .into_iter()
        .filter(|slot| {
            lost += usize::from(Class::of(&draft.state.instances[*slot]) == Class::Ready);
            lost <= spare
        })
        .collect();
    let instances = scale::uuids(&draft.state, slots);
    draft.doom(id, &instances, Doom::Scale);
}

/// How many new instances may be started now.
fn launches(draft: &Draft, id: &AppId) -> u32 {
    let Some(app) = draft.state.app(id) else { return 0 };
    let spec = app.spec();
    let new = app.roster.count_of(false, Class::is_alive);
    let missing = spec.instances.saturating_sub(new);
    // Instances that are being killed still hold their place.
    let running = app.roster.count(|c| c != Class::Inactive);
    let room = spec.upgrade.max_running(spec.instances).saturating_sub(running);
    if missing == 0 || room > 0 {
        return missing.min(room);
    }
    // No room and nothing to kill, because all must stay healthy: one more may run, as in Marathon.
    let ready = app.roster.count(|c| c == Class::Ready);
    let alive = app.roster.count(Class::is_alive);
    let stuck = ready <= app.floor() && ready == alive && alive == running;
    u32::from(stuck && app.floor() == spec.instances && !spec.is_resident())
}
