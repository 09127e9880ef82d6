use std::{collections::BTreeSet, time::Duration};

use base_ids::AppId;
use model_app::{AppSpec, DEADLINE_LABEL};

use crate::{Action, ActionKind, App, Apps};

/// What brings an app to a new spec.
pub(crate) fn action(app: Option<&App>, new: &AppSpec) -> ActionKind {
    let to = new.instances;
    let Some(app) = app else {
        return ActionKind::Scale { from: 0, to };
    };
    // A deployment that was ended half way leaves instances of several versions.
    let mixed = app.roster.count_of(true, |_| true) > 0;
    if app.spec().is_upgrade(new) || mixed {
        ActionKind::Restart
    } else {
        let from = if app.doomed { 0 } else { app.spec().instances };
        ActionKind::Scale { from, to }
    }
}

/// Marathon's order: what goes, then what is new and still empty, then the rest, dependencies first.
pub(crate) fn steps(state: &Apps, actions: Vec<Action>) -> Vec<Vec<Action>> {
    let is_stop = |action: &Action| action.kind == ActionKind::Stop;
    let (stops, rest): (Vec<Action>, Vec<Action>) = actions.into_iter().partition(is_stop);
    let is_new = |action: &&Action| state.app(&action.app).is_some_and(|app| app.versions.len() == 1);
    let starts = rest.iter().filter(is_new).filter(|a| a.kind != ActionKind::Restart);
    let starts: Vec<Action> = starts
        .map(|a| Action {
            app: a.app.clone(),
            kind: ActionKind::Start,
        })
        .collect();
    let mut steps = vec![stops, starts];
    steps.extend(layers(state, rest));
    steps.retain(|step| !step.is_empty());
    steps
}

/// Actions whose apps depend on none of the later ones first. A circle ends up in one last layer.
fn layers(state: &Apps, mut actions: Vec<Action>) -> Vec<Vec<Action>> {
    let mut layers = Vec::new();
    while !actions.is_empty() {
        let waiting: BTreeSet<AppId> = actions.iter().map(|a| a.app.clone()).collect();
        let depends = |action: &Action| {
            let spec = state.app(&action.app).map(|app| app.spec().clone());
            spec.is_some_and(|spec| waiting.iter().any(|id| *id != spec.id && depends_on(&spec, id)))
        };
        let (later, now): (Vec<Action>, Vec<Action>) = actions.into_iter().partition(depends);
        if now.is_empty() {
            layers.push(later);
            break;
        }
        layers.push(now);
        actions = later;
    }
    layers
}

fn depends_on(spec: &AppSpec, id: &AppId) -> bool {
    spec.dependencies.iter().any(|dependency| {
        let rest = id.as_str().strip_prefix(dependency.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The longest deadline of the apps; none (zero) if one of them has none.
pub(crate) fn deadline(state: &Apps, actions: &[Action], default: Duration) -> Duration {
    let deadlines: Vec<Duration> = actions
        .iter()
        .map(|action| of_app(state, &action.app, default))
        .collect();
    if deadlines.contains(&Duration::ZERO) {
        return Duration::ZERO;
    }
    deadlines.into_iter().max().unwrap_or(default)
}

fn of_app(state: &Apps, id: &AppId, default: Duration) -> Duration {
    let label = state
        .app(id)
        .and_then(|app| app.spec().labels.get(DEADLINE_LABEL)?.trim().parse().ok());
    label.map_or(default, Duration::from_secs)
}
