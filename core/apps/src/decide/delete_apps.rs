use base_ids::{AppId, DeploymentId};
use core_machine::Ctx;

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
    for app in ids {
        draft.push(Event::AppDoomed { app: app.clone() });
    }
    let actions = ids.iter().map(|app| Action {
        app: app.clone(),
        kind: ActionKind::Stop,
    });
    let before = ids
        .iter()
        .map(|id| (id.clone(), state.app(id).map(|app| app.spec().version)));
    draft.start(cx, id, version, actions.collect(), before.collect());
    Ok(draft.settle(cx))
}
