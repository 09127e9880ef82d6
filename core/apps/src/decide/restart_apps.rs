use base_ids::{AppId, DeploymentId};
use core_machine::Ctx;
use model_app::{AppSpec, Changes};

use super::Draft;
use crate::{Action, ActionKind, Apps, Config, Event, Reject};

pub(super) fn decide(state: &Apps, cx: &mut Ctx<'_, Config>, ids: &[AppId], force: bool) -> Result<Vec<Event>, Reject> {
    if let Some(unknown) = ids.iter().find(|id| state.app(id).is_none()) {
        return Err(Reject::NotFound(unknown.clone()));
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let id = DeploymentId::from(cx.uuid().to_string());
    let mut draft = Draft::new(state, cx.now);
    let version = draft.next_version(ids);
    draft.lock(cx, ids, force, &id)?;
    let mut before = Vec::new();
    for app in ids.iter().filter_map(|id| state.app(id)) {
        let old = app.spec();
        before.push((old.id.clone(), Some(old.version)));
        let last_scaling_at = old.changes.map_or(old.version, |c| c.last_scaling_at);
        let changes = Some(Changes {
            last_scaling_at,
            last_config_change_at: version,
        });
        let spec = AppSpec {
            version,
            changes,
            ..AppSpec::clone(old)
        };
        draft.push(Event::AppPut { spec: Box::new(spec) });
    }
    let actions = ids.iter().map(|app| Action {
        app: app.clone(),
        kind: ActionKind::Restart,
    });
    draft.start(cx, id, version, actions.collect(), before);
    Ok(draft.settle(cx))
}
