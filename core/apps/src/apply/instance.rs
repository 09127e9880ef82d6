use base_clock::Timestamp;
use base_ids::{AppId, Uuid};

use crate::{Apps, Condition, Doom, Health, Instance, event::PlacedInstance, instance::instance_uuid, roster::Class};

pub(super) fn schedule(state: &mut Apps, at: Timestamp, id: &AppId, version: Timestamp, seed: Uuid, count: u32) {
    let Some(spec) = state.apps.get(id).and_then(|app| app.version(version)).cloned() else {
        return;
    };
    for n in 0..count {
        state.add(Instance {
            app: id.clone(),
            uuid: instance_uuid(seed, n),
            incarnation: 1,
            version,
            condition: Condition::Scheduled,
            since: at,
            scheduled_at: at,
            staged_at: None,
            started_at: None,
            place: None,
            gated: !spec.health_checks.is_empty(),
            health: None,
            doom: None,
            config: spec.config_version(),
            heard: false,
        });
    }
    if let Some(refused) = state.app_mut(id).and_then(|app| app.refused.as_mut()) {
        refused.holds = false;
    }
    state.unsettle(id);
}

pub(super) fn place(state: &mut Apps, at: Timestamp, placed: &[PlacedInstance]) {
    for PlacedInstance { instance, place } in placed {
        state.change(*instance, |i| {
            i.condition = Condition::Provisioned;
            i.since = at;
            i.staged_at = Some(at);
            i.place = Some(place.clone());
        });
    }
}

pub(super) fn unplace(state: &mut Apps, at: Timestamp, instances: &[Uuid]) {
    for instance in instances {
        state.change(*instance, |i| {
            i.condition = Condition::Scheduled;
            i.since = at;
            i.staged_at = None;
            i.place = None;
            i.incarnation += 1;
        });
    }
}

pub(super) fn update(state: &mut Apps, at: Timestamp, instance: Uuid, condition: Condition) {
    state.change(instance, |i| {
        i.condition = condition;
        i.since = at;
        match condition {
            Condition::Running => i.started_at = i.started_at.or(Some(at)),
            // Its health is unknown from now on, as after a restart of this process.
            Condition::Unreachable => i.heard = false,
            _ => {}
        }
    });
}

pub(super) fn health(state: &mut Apps, at: Timestamp, instance: Uuid, healthy: bool) {
    state.change(instance, |i| i.health = Some(Health { healthy, since: at }));
}

pub(super) fn doom(state: &mut Apps, id: &AppId, instances: &[Uuid], why: Doom) {
    let mut ready = 0;
    for uuid in instances {
        let Some(instance) = state.instance(*uuid) else {
            continue;
        };
        ready += u32::from(Class::of(instance) == Class::Ready);
        if ends_at_once(instance.condition) {
            state.remove(*uuid);
        } else {
            state.change(*uuid, |i| i.doom = i.doom.or(Some(why)));
        }
    }
    if ready > 0 && matches!(why, Doom::Upgrade | Doom::Scale) {
        watch_floor(state, id, why);
    }
}

/// Nothing has to be killed, or nobody can be told to.
fn ends_at_once(condition: Condition) -> bool {
    matches!(
        condition,
        Condition::Scheduled | Condition::Unreachable | Condition::UnreachableInactive
    )
}

/// Counts for itself what a kill of healthy instances has left; `check` refuses the batch if that is too few. While some
/// health is unknown, as in every replay, nothing can be said.
fn watch_floor(state: &mut Apps, id: &AppId, why: Doom) {
    let Some(app) = state.app_mut(id) else { return };
    let (left, floor) = (app.roster.count(|c| c == Class::Ready), app.floor());
    let unknown = app.roster.count(|c| c == Class::Unknown);
    if left < floor && unknown == 0 {
        app.breach = Some(format!(
            "{id}: {why:?} left {left} healthy instances where {floor} are the least"
        ));
    }
}
