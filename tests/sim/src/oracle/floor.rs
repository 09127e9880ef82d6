//! No instance is stopped by the scheduler's own choice when that leaves an app with too few healthy ones.
//!
//! Instances are counted anew here from the durable facts. What somebody asked for (a kill, a deletion), what is unhealthy
//! and what was on a lost agent is not the scheduler's choice.

use std::collections::BTreeMap;

use base_ids::{AppId, Uuid};
use core_apps::{Apps, Condition, Doom, Event};
use model_app::AppSpec;

/// What is known of all instances.
#[derive(Debug, Default)]
pub(crate) struct Floor {
    apps: BTreeMap<AppId, AppSpec>,
    instances: BTreeMap<Uuid, Seen>,
}

#[derive(Debug)]
struct Seen {
    app: AppId,
    running: bool,
    gated: bool,
    healthy: Option<bool>,
    /// Health from before a restart is unknown until it is heard again.
    heard: bool,
    doomed: bool,
}

impl Seen {
    fn serves(&self) -> bool {
        self.running && !self.doomed && (!self.gated || (self.heard && self.healthy == Some(true)))
    }
}

impl Floor {
    /// A process starts from its journal.
    pub(crate) fn restart(&mut self, state: &Apps) {
        self.apps = state
            .apps()
            .map(|app| (app.spec().id.clone(), AppSpec::clone(app.spec())))
            .collect();
        let seen = state.all_instances().map(|instance| {
            let seen = Seen {
                app: instance.app.clone(),
                running: instance.condition == Condition::Running,
                gated: instance.gated,
                healthy: instance.health.map(|health| health.healthy),
                heard: false,
                doomed: instance.doom.is_some(),
            };
            (instance.uuid, seen)
        });
        self.instances = seen.collect();
    }

    /// Takes a fact in, and judges it.
    pub(crate) fn see(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::AppPut { spec } => drop(self.apps.insert(spec.id.clone(), AppSpec::clone(spec))),
            Event::AppRemoved { app } => {
                self.apps.remove(app);
                self.instances.retain(|_, seen| seen.app != *app);
            }
            Event::InstancesScheduled { app, seed, count, .. } => {
                let gated = self.apps.get(app).is_some_and(|spec| !spec.health_checks.is_empty());
                for n in 0..*count {
                    let seen = Seen {
                        app: app.clone(),
                        running: false,
                        gated,
                        healthy: None,
                        heard: false,
                        doomed: false,
                    };
                    self.instances.insert(core_apps::instance_uuid(*seed, n), seen);
                }
            }
            Event::InstanceUpdated {
                instance, condition, ..
            } => {
                self.change(*instance, |seen| seen.running = *condition == Condition::Running);
            }
            Event::HealthChanged { instance, healthy, .. } => {
                self.change(*instance, |seen| seen.healthy = Some(*healthy));
            }
            Event::HealthSeen { instance } => self.change(*instance, |seen| seen.heard = true),
            Event::InstancesDoomed { app, instances, why } => return self.doom(app, instances, *why),
            Event::InstanceEnded { instance, .. } => drop(self.instances.remove(&instance.uuid)),
            _ => {}
        }
        Ok(())
    }

    fn change(&mut self, instance: Uuid, change: impl FnOnce(&mut Seen)) {
        if let Some(seen) = self.instances.get_mut(&instance) {
            change(seen);
        }
    }

    fn doom(&mut self, app: &AppId, instances: &[Uuid], why: Doom) -> Result<(), String> {
        let before = self.serving(app);
        for instance in instances {
            self.change(*instance, |seen| seen.doomed = true);
        }
        let after = self.serving(app);
        let Some(spec) = self.apps.get(app) else { return Ok(()) };
        let floor = (spec.upgrade.minimum_health_capacity * f64::from(spec.instances)).ceil() as usize;
        if matches!(why, Doom::Upgrade | Doom::Scale) && after < before && after < floor {
            return Err(format!(
                "{app}: {why:?} stops {} of {before} healthy ones, and {floor} must stay",
                before - after
            ));
        }
        Ok(())
    }

    fn serving(&self, app: &AppId) -> usize {
        self.instances
            .values()
            .filter(|seen| seen.app == *app && seen.serves())
            .count()
    }
}
