use std::sync::Arc;

use base_ids::AppId;
use model_app::AppSpec;

use crate::{
    App, Apps, Delay, TaskFailure,
    app::{MAX_FAILURES, MAX_VERSIONS},
    timers::Timer,
};

pub(super) fn put(state: &mut Apps, spec: &AppSpec) {
    let id = spec.id.clone();
    let before = state.apps.get(&id).map(|app| app.spec().config_version());
    match state.app_mut(&id) {
        None => drop(state.apps.insert(id.clone(), Arc::new(App::new(spec.clone())))),
        Some(app) => {
            app.versions.push(Arc::new(spec.clone()));
            app.doomed = false;
            app.refused = None;
        }
    }
    if before.is_some_and(|config| config != spec.config_version()) {
        delay(state, &id, None);
        let slots: Vec<u32> = state
            .apps
            .get(&id)
            .map(|app| app.roster.slots().collect())
            .unwrap_or_default();
        state.enrol_all(&id, &slots);
        state.watch_all(&slots);
    }
    if let Some(app) = state.app_mut(&id) {
        forget_versions(app);
    }
    state.unsettle(&id);
}

/// Versions beyond the limit go, oldest first, but for those that instances run.
fn forget_versions(app: &mut App) {
    while app.versions.len() > MAX_VERSIONS {
        let older = &app.versions[..app.versions.len() - 2];
        let Some(unused) = older.iter().position(|spec| !app.roster.uses(spec.version)) else {
            return;
        };
        app.versions.remove(unused);
    }
}

pub(super) fn doom(state: &mut Apps, id: &AppId) {
    if let Some(app) = state.app_mut(id) {
        app.doomed = true;
    }
    state.unsettle(id);
}

pub(super) fn remove(state: &mut Apps, id: &AppId) {
    let Some(app) = state.apps.get(id).cloned() else { return };
    let uuids: Vec<_> = app.roster.slots().map(|slot| state.instances[slot].uuid).collect();
    for uuid in uuids {
        state.remove(uuid);
    }
    state.apps.remove(id);
    state.unsettled.remove(id);
    state.timers.set(Timer::Delay(id.clone()), None);
    state.timers.set(Timer::Retry(id.clone()), None);
}

pub(super) fn delay(state: &mut Apps, id: &AppId, delay: Option<Delay>) {
    if let Some(app) = state.app_mut(id) {
        app.delay = delay;
        state.timers.set(Timer::Delay(id.clone()), delay.map(|d| d.until));
    }
}

pub(super) fn fail(state: &mut Apps, id: &AppId, failure: &TaskFailure) {
    if let Some(app) = state.app_mut(id) {
        app.failures.push(failure.clone());
        let surplus = app.failures.len().saturating_sub(MAX_FAILURES);
        app.failures.drain(..surplus);
    }
}
