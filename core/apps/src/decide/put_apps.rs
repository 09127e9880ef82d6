use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId};
use core_machine::Ctx;
use model_app::{AppSpec, Changes};

use super::{
    Draft, service_ports,
    supported::{self, path_of},
};
use crate::{Action, ActionKind, App, Apps, Config, Event, PutMode, Reject, deployment::plan};

pub(super) fn decide(
    state: &Apps,
    cx: &mut Ctx<'_, Config>,
    mut specs: Vec<AppSpec>,
    mode: PutMode,
    force: bool,
) -> Result<Vec<Event>, Reject> {
    check_ids(state, &specs, mode)?;
    check_sizes(&specs, cx.config.max_instances)?;
    supported::check(&specs)?;
    service_ports::assign(state, &mut specs, cx.config.service_ports)?;
    specs.retain(|spec| state.app(&spec.id).is_none_or(|app| differs(app, spec)));
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AppId> = specs.iter().map(|spec| spec.id.clone()).collect();
    let id = DeploymentId::from(cx.uuid().to_string());
    let mut draft = Draft::new(state, cx.now);
    let version = draft.next_version(&ids);
    draft.lock(cx, &ids, force, &id)?;
    let mut actions = Vec::new();
    for spec in specs {
        actions.push(put(&mut draft, state, spec, version));
    }
    let before = ids.into_iter().map(|id| {
        let version = state.app(&id).map(|app| app.spec().version);
        (id, version)
    });
    draft.start(cx, id, version, actions, before.collect());
    Ok(draft.settle(cx))
}

fn check_ids(state: &Apps, specs: &[AppSpec], mode: PutMode) -> Result<(), Reject> {
    for (i, spec) in specs.iter().enumerate() {
        let known = state.app(&spec.id).is_some();
        if specs[..i].iter().any(|other| other.id == spec.id) {
            return Err(Reject::Invalid {
                path: path_of(specs, i, "/id"),
                message: format!("the app {} is given twice", spec.id),
            });
        }
        match mode {
            PutMode::Create if known => return Err(Reject::Exists(spec.id.clone())),
            PutMode::Update if !known => return Err(Reject::NotFound(spec.id.clone())),
            PutMode::Create | PutMode::Update | PutMode::Upsert => {}
        }
    }
    Ok(())
}

fn check_sizes(specs: &[AppSpec], limit: u32) -> Result<(), Reject> {
    match specs.iter().position(|spec| spec.instances > limit) {
        None => Ok(()),
        Some(i) => Err(Reject::Invalid {
            path: path_of(specs, i, "/instances"),
            message: format!("must be at most {limit}, not {}", specs[i].instances),
        }),
    }
}

fn differs(app: &App, new: &AppSpec) -> bool {
    app.doomed || app.spec().is_upgrade(new) || app.spec().instances != new.instances
}

fn put(draft: &mut Draft, state: &Apps, mut spec: AppSpec, version: Timestamp) -> Action {
    let app = state.app(&spec.id);
    let kind = plan::action(app, &spec);
    let action = Action {
        app: spec.id.clone(),
        kind,
    };
    spec.version = version;
    spec.changes = app.map(|app| changes(app, kind, version));
    draft.push(Event::AppPut { spec: Box::new(spec) });
    action
}

/// A mere scaling keeps the configuration's version, so that no instance is out of date.
fn changes(app: &App, kind: ActionKind, version: Timestamp) -> Changes {
    let old = app.spec();
    if kind == ActionKind::Restart {
        let last_scaling_at = old.changes.map_or(old.version, |c| c.last_scaling_at);
        Changes {
            last_scaling_at,
            last_config_change_at: version,
        }
    } else {
        Changes {
            last_scaling_at: version,
            last_config_change_at: old.config_version(),
        }
    }
}
