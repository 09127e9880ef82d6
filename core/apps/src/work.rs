//! What the world should do, from the state alone.

use base_clock::Timestamp;
use base_ids::AppId;
use core_machine::Machine;

use crate::{Apps, Condition, Effect, Event, Instance, Key, roster::Class};

pub(crate) fn touched(state: &Apps, event: &Event, keys: &mut Vec<Key>) {
    match event {
        Event::AppPut { spec } => keys.push(Key::App(spec.id.clone())),
        Event::AppDoomed { app }
        | Event::AppRemoved { app }
        | Event::InstancesScheduled { app, .. }
        | Event::TaskFailed { app, .. }
        | Event::DelayChanged { app, .. }
        | Event::PlacementRefused { app, .. }
        | Event::AppWoken { app } => keys.push(Key::App(app.clone())),
        Event::DeploymentStarted { deployment } => {
            keys.push(Key::Deployment(deployment.id.clone()));
            keys.extend(deployment.apps().cloned().map(Key::App));
        }
        Event::DeploymentStepCompleted { id, .. } | Event::DeploymentProgressed { id, .. } => {
            keys.push(Key::Deployment(id.clone()));
        }
        Event::DeploymentEnded { deployment, .. } => {
            keys.push(Key::Deployment(deployment.id.clone()));
            keys.extend(deployment.apps().cloned().map(Key::App));
        }
        Event::InstancesPlaced { app, placed } => {
            keys.push(Key::App(app.clone()));
            keys.extend(placed.iter().map(|p| Key::Instance(p.instance)));
        }
        Event::LaunchesRefused { app, instances, .. } | Event::InstancesDoomed { app, instances, .. } => {
            keys.push(Key::App(app.clone()));
            keys.extend(instances.iter().copied().map(Key::Instance));
        }
        Event::InstanceUpdated { instance, .. }
        | Event::HealthChanged { instance, .. }
        | Event::HealthSeen { instance } => {
            keys.push(Key::Instance(*instance));
            keys.extend(state.instance(*instance).map(|i| Key::App(i.app.clone())));
        }
        Event::InstanceEnded { instance, .. } => keys.push(Key::App(instance.app.clone())),
        Event::OrphanFound { task_id } | Event::OrphanGone { task_id } => keys.push(Key::Orphan(task_id.clone())),
        Event::AppsSettled { .. } => {}
        Event::Resumed => keys.extend(state.keys()),
    }
}

pub(crate) fn work(state: &Apps, now: Timestamp, key: &Key, effects: &mut Vec<Effect>) {
    match key {
        Key::App(id) if wants_places(state, now, id) => effects.push(Effect::Place { app: id.clone() }),
        Key::Instance(uuid) => {
            let instance = state.instance(*uuid);
            effects.extend(instance.and_then(|instance| instance_work(state, instance)));
        }
        Key::Orphan(task_id) if state.orphans.contains(task_id) => {
            effects.push(Effect::Kill {
                task_id: task_id.clone(),
                agent_id: None,
                grace_ms: None,
            });
        }
        Key::App(_) | Key::Deployment(_) | Key::Orphan(_) => {}
    }
}

fn wants_places(state: &Apps, now: Timestamp, id: &AppId) -> bool {
    state.app(id).is_some_and(|app| {
        app.roster.count_of(false, |c| c == Class::Scheduled) > 0
            && app.delayed_until(now).is_none()
            && !app.refused.as_ref().is_some_and(|r| r.holds)
    })
}

fn instance_work(state: &Apps, instance: &Instance) -> Option<Effect> {
    let place = instance.place.as_ref()?;
    let (task_id, agent_id) = (instance.task_id(), place.agent_id.clone());
    if instance.doom.is_some() {
        let spec = state.app(&instance.app).and_then(|app| app.version(instance.version));
        let grace = spec.and_then(|spec| spec.kill_grace_seconds);
        let grace_ms = grace.map(|seconds| u64::from(seconds) * 1000);
        return Some(Effect::Kill {
            task_id,
            agent_id: Some(agent_id),
            grace_ms,
        });
    }
    let launch = Effect::Launch {
        instance: instance.uuid,
        task_id,
        agent_id,
    };
    (instance.condition == Condition::Provisioned).then_some(launch)
}
