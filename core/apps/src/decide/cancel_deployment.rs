use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId};
use core_machine::Ctx;
use model_app::{AppSpec, Changes};

use super::Draft;
use crate::{Action, ActionKind, Apps, Config, Event, Outcome, Reject};

pub(super) fn decide(
    state: &Apps,
    cx: &mut Ctx<'_, Config>,
    id: &DeploymentId,
    force: bool,
) -> Result<Vec<Event>, Reject> {
    let deployment = state
        .deployments
        .get(id)
        .ok_or_else(|| Reject::DeploymentNotFound(id.clone()))?;
    let by = (!force).then(|| DeploymentId::from(cx.uuid().to_string()));
    let mut draft = Draft::new(state, cx.now);
    let version = draft.next_version(deployment.apps());
    let outcome = Outcome::Cancelled { by: by.clone() };
    draft.end(id, outcome);
    if let Some(by) = by {
        roll_back(&mut draft, cx, state, &deployment.before, by, version);
    }
    Ok(draft.settle(cx))
}

/// A new revision of these apps alone, by the same rules as every deployment, and always let in.
fn roll_back<'a>(
    draft: &mut Draft,
    cx: &Ctx<'_, Config>,
    state: &Apps,
    targets: impl IntoIterator<Item = (&'a AppId, &'a Option<Timestamp>)>,
    by: DeploymentId,
    version: Timestamp,
) {
    let (mut actions, mut before) = (Vec::new(), Vec::new());
    for (id, target) in targets {
        let Some(app) = state.app(id) else { continue };
        before.push((id.clone(), Some(app.spec().version)));
        let old = target.and_then(|version| app.version(version)).cloned();
        let kind = match old {
            None => {
                draft.push(Event::AppDoomed { app: id.clone() });
                ActionKind::Stop
            }
            Some(old) => restore(draft, state, id, &old, version),
        };
        actions.push(Action { app: id.clone(), kind });
    }
    draft.start(cx, by, version, actions, before);
}

/// Instances that still run the old configuration are up to date again and stay.
fn restore(draft: &mut Draft, state: &Apps, id: &AppId, old: &AppSpec, version: Timestamp) -> ActionKind {
    let now = state.app(id).map(|app| app.spec().clone());
    let changes = Changes {
        last_scaling_at: version,
        last_config_change_at: old.config_version(),
    };
    let spec = AppSpec {
        version,
        changes: Some(changes),
        ..old.clone()
    };
    draft.push(Event::AppPut { spec: Box::new(spec) });
    let now = now.filter(|now| now.config_version() == old.config_version());
    match (now, draft.state.app(id)) {
        (Some(now), Some(app)) => ActionKind::Scale {
            from: now.instances.min(app.roster.len() as u32),
            to: old.instances,
        },
        _ => ActionKind::Restart,
    }
}
