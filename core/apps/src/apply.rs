//! The only writer of state: dumb and total.

mod app;
mod deployment;
mod instance;
mod soft;

use base_clock::Timestamp;

use crate::{Apps, Event};

pub(crate) fn apply(state: &mut Apps, at: Timestamp, event: &Event) {
    match event {
        Event::AppPut { spec } => app::put(state, spec),
        Event::AppDoomed { app } => app::doom(state, app),
        Event::AppRemoved { app } => app::remove(state, app),
        Event::DelayChanged { app, delay } => app::delay(state, app, *delay),
        Event::TaskFailed { app, failure } => app::fail(state, app, failure),
        Event::DeploymentStarted { deployment } => deployment::start(state, deployment),
        Event::DeploymentStepCompleted { id, step } => deployment::step(state, at, id, *step),
        Event::DeploymentProgressed { id, score } => deployment::progress(state, at, id, *score),
        Event::DeploymentEnded { deployment, .. } => deployment::end(state, &deployment.id),
        Event::InstancesScheduled {
            app,
            version,
            seed,
            count,
        } => {
            instance::schedule(state, at, app, *version, *seed, *count);
        }
        Event::InstancesPlaced { placed, .. } => instance::place(state, at, placed),
        Event::LaunchesRefused { instances, .. } => instance::unplace(state, at, instances),
        Event::InstanceUpdated {
            instance,
            condition,
            at,
            ..
        } => instance::update(state, *at, *instance, *condition),
        Event::HealthChanged {
            instance, healthy, at, ..
        } => instance::health(state, *at, *instance, *healthy),
        Event::InstancesDoomed { app, instances, why } => instance::doom(state, app, instances, *why),
        Event::InstanceEnded { instance, .. } => state.remove(instance.uuid),
        Event::OrphanFound { task_id } => drop(state.orphans.insert(task_id.clone())),
        Event::OrphanGone { task_id } => drop(state.orphans.remove(task_id)),
        Event::HealthSeen { instance } => soft::hear(state, *instance),
        Event::PlacementRefused { app, refusal, retry_at } => soft::refuse(state, at, app, refusal, *retry_at),
        Event::AppWoken { app } => soft::wake(state, at, app),
        Event::AppsSettled { apps } => soft::settle(state, apps),
        Event::Resumed => {}
    }
}
