use std::collections::BTreeMap;

use base_ids::{AppId, DeploymentId, Uuid};
use core_machine::Ctx;
use model_app::{AppSpec, Changes};

use super::Draft;
use crate::{Action, ActionKind, Apps, Config, Doom, Event, Reject, roster::Class};

pub(super) fn decide(
    state: &Apps,
    cx: &mut Ctx<'_, Config>,
    instances: &[Uuid],
    scale: bool,
    force: bool,
) -> Result<Vec<Event>, Reject> {
    let doomed = by_app(state, instances);
    if doomed.is_empty() {
        return Ok(Vec::new());
    }
    let mut draft = Draft::new(state, cx.now);
    if scale {
        scale_down(&mut draft, cx, state, &doomed, force)?;
    }
    for (app, instances) in doomed {
        draft.doom(&app, &instances, Doom::Asked);
    }
    Ok(draft.settle(cx))
}

/// The instances that live, by app, each once.
fn by_app(state: &Apps, instances: &[Uuid]) -> BTreeMap<AppId, Vec<Uuid>> {
    let mut by_app: BTreeMap<AppId, Vec<Uuid>> = BTreeMap::new();
    let mut sorted = instances.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for instance in sorted.into_iter().filter_map(|uuid| state.instance(uuid)) {
        if Class::of(instance) != Class::Doomed {
            by_app.entry(instance.app.clone()).or_default().push(instance.uuid);
        }
    }
    by_app
}

fn scale_down(
    draft: &mut Draft,
    cx: &mut Ctx<'_, Config>,
    state: &Apps,
    doomed: &BTreeMap<AppId, Vec<Uuid>>,
    force: bool,
) -> Result<(), Reject> {
    let ids: Vec<AppId> = doomed.keys().cloned().collect();
    let id = DeploymentId::from(cx.uuid().to_string());
    let version = draft.next_version(&ids);
    draft.lock(cx, &ids, force, &id)?;
    let (mut actions, mut before) = (Vec::new(), Vec::new());
    for (app, instances) in doomed {
        let Some(old) = state.app(app).map(|app| app.spec().clone()) else {
            continue;
        };
        let from = old.instances;
        let to = from.saturating_sub(instances.len() as u32);
        let changes = Some(Changes {
            last_scaling_at: version,
            last_config_change_at: old.config_version(),
        });
        let spec = AppSpec {
            instances: to,
            version,
            changes,
            ..AppSpec::clone(&old)
        };
        draft.push(Event::AppPut { spec: Box::new(spec) });
        actions.push(Action {
            app: app.clone(),
            kind: ActionKind::Scale { from, to },
        });
        before.push((app.clone(), Some(old.version)));
    }
    draft.start(cx, id, version, actions, before);
    Ok(())
}
