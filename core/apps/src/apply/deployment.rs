use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::DeploymentId;

use crate::{Apps, Deployment, timers::Timer};

pub(super) fn start(state: &mut Apps, deployment: &Deployment) {
    for id in deployment.apps() {
        if let Some(app) = state.app_mut(id) {
            app.deployment = Some(deployment.id.clone());
        }
        state.unsettle(id);
    }
    state
        .deployments
        .insert(deployment.id.clone(), Arc::new(deployment.clone()));
    state
        .timers
        .set(Timer::Progress(deployment.id.clone()), deployment.fails_at());
}

fn change(state: &mut Apps, id: &DeploymentId, change: impl FnOnce(&mut Deployment)) {
    let Some(deployment) = state.deployments.get_mut(id).map(Arc::make_mut) else {
        return;
    };
    change(deployment);
    state.timers.set(Timer::Progress(id.clone()), deployment.fails_at());
}

pub(super) fn step(state: &mut Apps, at: Timestamp, id: &DeploymentId, step: u32) {
    change(state, id, |deployment| {
        deployment.step = step + 1;
        deployment.step_since = at;
        deployment.progressed_at = at;
        deployment.score = i64::MIN;
    });
    unsettle(state, id);
}

pub(super) fn progress(state: &mut Apps, at: Timestamp, id: &DeploymentId, score: i64) {
    change(state, id, |deployment| {
        deployment.progressed_at = at;
        deployment.score = score;
    });
}

pub(super) fn end(state: &mut Apps, id: &DeploymentId) {
    unsettle(state, id);
    let Some(deployment) = state.deployments.remove(id) else {
        return;
    };
    for app in deployment.apps() {
        if let Some(app) = state.app_mut(app).filter(|app| app.deployment.as_ref() == Some(id)) {
            app.deployment = None;
            // Whoever still wants it gone says so again, after this event.
            app.doomed = false;
        }
    }
    state.timers.set(Timer::Progress(id.clone()), None);
}

fn unsettle(state: &mut Apps, id: &DeploymentId) {
    let Some(deployment) = state.deployments.get(id).cloned() else {
        return;
    };
    for app in deployment.apps() {
        state.unsettle(app);
    }
}
