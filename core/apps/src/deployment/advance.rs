//! Bringing an app closer to what is wanted of it.

use base_ids::{AppId, DeploymentId};
use core_machine::Ctx;

use super::{restart, scale, score};
use crate::{Action, ActionKind, Config, Doom, Event, Outcome, decide::Draft, roster::Class};

/// Decides all that is due about an app now. False if there is more to decide, by the next tick.
pub(crate) fn advance(draft: &mut Draft, cx: &mut Ctx<'_, Config>, id: &AppId) -> bool {
    let Some(app) = draft.state.app(id) else { return true };
    match app.deployment.clone() {
        Some(deployment) => advance_deployment(draft, cx, &deployment),
        None => {
            let wanted = app.spec().instances;
            scale::to(draft, cx, id, wanted)
        }
    }
}

fn advance_deployment(draft: &mut Draft, cx: &mut Ctx<'_, Config>, id: &DeploymentId) -> bool {
    while let Some(deployment) = draft.state.deployments.get(id).cloned() {
        for action in deployment.current_actions() {
            if !run(draft, cx, action) {
                return false;
            }
        }
        let actions = deployment.current_actions();
        if !actions.iter().all(|action| score::is_done(&draft.state, action)) {
            note_progress(draft, id);
            return true;
        }
        for action in actions.iter().filter(|a| a.kind == ActionKind::Stop) {
            draft.push(Event::AppRemoved {
                app: action.app.clone(),
            });
        }
        if deployment.step as usize + 1 < deployment.steps.len() {
            draft.push(Event::DeploymentStepCompleted {
                id: id.clone(),
                step: deployment.step,
            });
        } else {
            draft.end(id, Outcome::Succeeded);
        }
    }
    true
}

/// False if there is more to do by the next tick.
fn run(draft: &mut Draft, cx: &mut Ctx<'_, Config>, action: &Action) -> bool {
    match action.kind {
        ActionKind::Start => true,
        ActionKind::Scale { to, .. } => scale::to(draft, cx, &action.app, to),
        ActionKind::Restart => restart::run(draft, cx, &action.app),
        ActionKind::Stop => {
            stop(draft, &action.app);
            true
        }
    }
}

fn stop(draft: &mut Draft, id: &AppId) {
    let Some(app) = draft.state.app(id) else { return };
    let undoomed = app
        .roster
        .slots()
        .filter(|slot| Class::of(&draft.state.instances[*slot]) != Class::Doomed);
    let instances: Vec<_> = undoomed.map(|slot| draft.state.instances[slot].uuid).collect();
    draft.doom(id, &instances, Doom::Delete);
}

fn note_progress(draft: &mut Draft, id: &DeploymentId) {
    let Some(deployment) = draft.state.deployments.get(id) else {
        return;
    };
    let actions = deployment.current_actions();
    let score = actions.iter().map(|action| score::of(&draft.state, action)).sum();
    if score > deployment.score {
        draft.push(Event::DeploymentProgressed { id: id.clone(), score });
    }
}
