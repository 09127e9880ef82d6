//! Invariants around a key.

use base_ids::{AppId, DeploymentId, Uuid};
use core_machine::Violation;

use crate::{App, Apps, Condition, Key, roster::Class};

pub(crate) fn check(state: &Apps, key: &Key) -> Result<(), Violation> {
    match key {
        Key::App(id) => state.app(id).map_or(Ok(()), |app| check_app(state, id, app)),
        Key::Instance(uuid) => check_instance(state, *uuid),
        Key::Deployment(id) => check_deployment(state, id),
        Key::Orphan(task_id) => {
            let claimed = state.orphans.contains(task_id) && state.by_task(task_id).is_some();
            holds(!claimed, || format!("{task_id} is an orphan and an instance's task"))
        }
    }
}

fn holds(condition: bool, violation: impl FnOnce() -> String) -> Result<(), Violation> {
    if condition { Ok(()) } else { Err(Violation(violation())) }
}

fn check_app(state: &Apps, id: &AppId, app: &App) -> Result<(), Violation> {
    if let Some(breach) = &app.breach {
        return Err(Violation(breach.clone()));
    }
    let counted = app.roster.count(|_| true) as usize;
    holds(counted == app.roster.len(), || {
        format!("{id}: {counted} instances counted, {} ranked", app.roster.len())
    })?;
    if let Some(deployment) = &app.deployment {
        let deployment = state.deployments.get(deployment);
        holds(deployment.is_some_and(|d| d.before.contains_key(id)), || {
            format!("{id} is locked by a deployment that does not know it")
        })?;
    }
    let (alive, wanted) = (app.roster.count(Class::is_alive), app.spec().instances);
    let settled = app.deployment.is_none() && !state.unsettled.contains(id);
    holds(!settled || alive == wanted, || {
        format!("{id}: {alive} instances where {wanted} are wanted")
    })
}

fn check_instance(state: &Apps, uuid: Uuid) -> Result<(), Violation> {
    let Some(slot) = state.slot(uuid) else { return Ok(()) };
    let instance = state.instances.get(slot).filter(|i| i.uuid == uuid);
    let instance = instance.ok_or_else(|| Violation(format!("slot {slot} is not that of instance {uuid}")))?;
    let app = state.app(&instance.app);
    let app = app.ok_or_else(|| Violation(format!("instance {uuid} is of the unknown app {}", instance.app)))?;
    let enrolled = app.roster.contains(slot, instance, app.spec().config_version());
    holds(enrolled, || format!("instance {uuid} is not ranked as what it is"))?;
    holds(app.version(instance.version).is_some(), || {
        format!("instance {uuid} runs a forgotten version")
    })?;
    holds(
        instance.place.is_some() == (instance.condition != Condition::Scheduled),
        || {
            format!(
                "instance {uuid} is {} with the place {:?}",
                instance.condition.name(),
                instance.place
            )
        },
    )
}

fn check_deployment(state: &Apps, id: &DeploymentId) -> Result<(), Violation> {
    let Some(deployment) = state.deployments.get(id) else {
        return Ok(());
    };
    let unlocked = deployment
        .apps()
        .filter_map(|app| state.app(app))
        .find(|app| app.deployment.as_ref() != Some(id));
    holds(unlocked.is_none(), || {
        format!("deployment {id} does not hold the lock of all of its apps")
    })?;
    let steps = deployment.steps.len();
    holds((deployment.step as usize) < steps.max(1), || {
        format!("deployment {id} is past its {steps} steps")
    })
}
