use std::collections::BTreeMap;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, TaskId, Uuid};
use core_apps::{Apps, Deployment, Doom, End, Event as AppsFact, Instance, Outcome, instance_uuid, parse_instance_id};
use core_control::{Event as Fact, MARATHON};
use core_machine::Machine;
use core_master::Event as PoolFact;
use model_app::AppSpec;
use model_cluster::TaskState;
use serde_json::Value;
use wire_marathon::{Condition, Event, EventBody, Plan};

use crate::view;

/// Turns facts into events, one after the other.
pub(super) struct Reporter {
    /// The scheduler's state before the next fact.
    pub(super) apps: Apps,
    /// `host:port` of the Mesos API.
    pub(super) master: String,
    /// The groups before each running deployment, as its first event had them: an app that it deletes is gone at its end.
    pub(super) originals: BTreeMap<DeploymentId, Option<Value>>,
}

impl Reporter {
    /// Gives the events of one fact to `publish`.
    pub(super) fn report(&mut self, at: Timestamp, fact: &Fact, publish: &mut impl FnMut(Event)) {
        let mut bodies = Vec::new();
        match fact {
            Fact::Master(fact) => self.pool(fact, &mut bodies),
            Fact::Apps(fact) => {
                self.before(fact, &mut bodies);
                let gone = self.may_go(fact);
                self.apps.apply(at, fact);
                self.after(fact, &mut bodies);
                let gone = gone
                    .into_iter()
                    .filter(|instance| self.apps.instance(instance.uuid).is_none());
                bodies.extend(gone.map(|instance| changed(&instance, Condition::Killed)));
            }
        }
        bodies
            .into_iter()
            .for_each(|body| publish(Event { body, timestamp: at }));
    }

    fn pool(&self, fact: &PoolFact, bodies: &mut Vec<EventBody>) {
        match fact {
            PoolFact::FrameworkSubscribed { framework_id, .. } if framework_id.as_str() == MARATHON => {
                let (framework_id, master) = (framework_id.to_string(), self.master.clone());
                bodies.push(EventBody::SchedulerRegistered { framework_id, master });
            }
            PoolFact::FrameworkReconnected { framework_id } if framework_id.as_str() == MARATHON => {
                bodies.push(EventBody::SchedulerReregistered {
                    master: self.master.clone(),
                });
            }
            _ => {}
        }
    }

    /// Events that need the state before the fact.
    fn before(&mut self, fact: &AppsFact, bodies: &mut Vec<EventBody>) {
        match fact {
            AppsFact::AppPut { spec } => self.checks(spec, bodies),
            AppsFact::AppRemoved { app } => {
                if self
                    .apps
                    .app(app)
                    .is_some_and(|app| !app.spec().health_checks.is_empty())
                {
                    bodies.push(EventBody::RemoveHealthCheck {
                        app_id: app.to_string(),
                    });
                }
                bodies.push(EventBody::AppTerminated {
                    app_id: app.to_string(),
                });
            }
            AppsFact::DeploymentStepCompleted { id, step } => {
                let Some(deployment) = self.apps.deployment(id) else {
                    return;
                };
                let current_step = view::step(deployment, *step);
                bodies.push(EventBody::DeploymentStepSuccess {
                    plan: plan(&mut self.originals, &self.apps, deployment),
                    current_step,
                });
            }
            AppsFact::DeploymentEnded { deployment, outcome } => self.ended_deployment(deployment, outcome, bodies),
            AppsFact::InstancesDoomed {
                instances,
                why: Doom::Unhealthy,
                ..
            } => {
                let instances = instances.iter().filter_map(|uuid| self.apps.instance(*uuid));
                bodies.extend(instances.map(unhealthy));
            }
            _ => {}
        }
    }

    /// Which health checks begin and end with a new version.
    fn checks(&self, spec: &AppSpec, bodies: &mut Vec<EventBody>) {
        let old = self
            .apps
            .app(&spec.id)
            .map(|app| app.spec().health_checks.clone())
            .unwrap_or_default();
        if old == spec.health_checks {
            return;
        }
        if !old.is_empty() {
            bodies.push(EventBody::RemoveHealthCheck {
                app_id: spec.id.to_string(),
            });
        }
        for check in wire_marathon::app::App::from(spec).health_checks.into_iter().flatten() {
            let (app_id, version) = (spec.id.to_string(), spec.version);
            bodies.push(EventBody::AddHealthCheck {
                app_id,
                health_check: Box::new(check),
                version,
            });
        }
    }

    /// Instances that may be gone after the fact without a word of their own.
    fn may_go(&self, fact: &AppsFact) -> Vec<Instance> {
        match fact {
            AppsFact::InstancesDoomed { instances, .. } => instances
                .iter()
                .filter_map(|uuid| self.apps.instance(*uuid).cloned())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Events that need the state after the fact.
    fn after(&mut self, fact: &AppsFact, bodies: &mut Vec<EventBody>) {
        match fact {
            AppsFact::DeploymentStarted { deployment } => {
                let mut apps = deployment.apps();
                let group_id = match (apps.next(), apps.next()) {
                    (Some(app), None) => parent(app),
                    _ => "/".to_owned(),
                };
                bodies.push(EventBody::GroupChangeSuccess {
                    group_id,
                    version: deployment.version,
                });
                let (plan, current_step) = (
                    plan(&mut self.originals, &self.apps, deployment),
                    view::step(deployment, deployment.step),
                );
                bodies.push(EventBody::DeploymentInfo { plan, current_step });
            }
            AppsFact::DeploymentStepCompleted { id, .. } => {
                let deployment = self.apps.deployment(id).filter(|d| (d.step as usize) < d.steps.len());
                bodies.extend(deployment.map(|deployment| EventBody::DeploymentInfo {
                    plan: plan(&mut self.originals, &self.apps, deployment),
                    current_step: view::step(deployment, deployment.step),
                }));
            }
            AppsFact::InstancesScheduled { seed, count, .. } => {
                (0..*count).for_each(|n| self.moved(instance_uuid(*seed, n), bodies));
            }
            AppsFact::InstancesPlaced { placed, .. } => {
                placed.iter().for_each(|placed| self.moved(placed.instance, bodies));
            }
            AppsFact::LaunchesRefused { instances, .. } => {
                instances.iter().for_each(|instance| self.moved(*instance, bodies));
            }
            AppsFact::InstanceUpdated { instance, message, .. } => {
                self.moved(*instance, bodies);
                let instance = self.apps.instance(*instance);
                let state = instance.and_then(|instance| instance.condition.task_state());
                bodies.extend(
                    instance
                        .zip(state)
                        .map(|(i, state)| status(i, state, message.as_deref())),
                );
            }
            AppsFact::InstanceEnded { instance, end } => ended(instance, end, bodies),
            AppsFact::HealthChanged { instance, healthy, .. } => self.health(*instance, *healthy, bodies),
            AppsFact::OrphanGone { task_id } => bodies.extend(unknown(task_id)),
            _ => {}
        }
    }

    fn moved(&self, uuid: Uuid, bodies: &mut Vec<EventBody>) {
        let instance = self.apps.instance(uuid);
        bodies.extend(instance.map(|instance| changed(instance, view::condition(instance.condition))));
    }

    fn health(&self, uuid: Uuid, healthy: bool, bodies: &mut Vec<EventBody>) {
        let Some(instance) = self.apps.instance(uuid) else {
            return;
        };
        let (instance_id, app_id, version) = (instance.id(), instance.app.to_string(), instance.version);
        if !healthy {
            let spec = self.apps.app(&instance.app).and_then(|app| app.version(version));
            let check = spec.and_then(|spec| wire_marathon::app::App::from(spec.as_ref()).health_checks?.pop());
            bodies.extend(check.map(|check| EventBody::FailedHealthCheck {
                app_id: app_id.clone(),
                task_id: instance_id.clone(),
                health_check: Box::new(check),
            }));
        }
        bodies.push(EventBody::HealthStatusChanged {
            app_id: app_id.clone(),
            instance_id: instance_id.clone(),
            version,
            alive: healthy,
        });
        bodies.push(EventBody::InstanceHealthChanged {
            instance_id,
            run_spec_id: app_id,
            healthy: Some(healthy),
            run_spec_version: version,
        });
    }

    fn ended_deployment(&mut self, deployment: &Deployment, outcome: &Outcome, bodies: &mut Vec<EventBody>) {
        let (id, plan) = (
            deployment.id.to_string(),
            plan(&mut self.originals, &self.apps, deployment),
        );
        self.originals.remove(&deployment.id);
        let reason = match outcome {
            Outcome::Succeeded => return bodies.push(EventBody::DeploymentSuccess { id, plan }),
            Outcome::Failed { reason } => {
                let current_step = view::step(deployment, deployment.step);
                bodies.push(EventBody::DeploymentStepFailure {
                    plan: plan.clone(),
                    current_step,
                });
                reason.clone()
            }
            Outcome::Cancelled { by: None } => "The deployment was cancelled".to_owned(),
            Outcome::Cancelled { by: Some(by) } => format!("The deployment was cancelled in favour of deployment {by}"),
        };
        bodies.push(EventBody::DeploymentFailed {
            id,
            plan,
            reason: Some(reason),
        });
    }
}

/// A deployment, with the groups before it as they were when it was first told.
fn plan(originals: &mut BTreeMap<DeploymentId, Option<Value>>, apps: &Apps, deployment: &Deployment) -> Plan {
    let plan = view::plan(apps, deployment);
    let original = originals.entry(deployment.id.clone()).or_insert(plan.original);
    Plan {
        original: original.clone(),
        ..plan
    }
}

fn changed(instance: &Instance, condition: Condition) -> EventBody {
    let place = instance.place.as_ref();
    EventBody::InstanceChanged {
        instance_id: instance.id(),
        condition,
        run_spec_id: instance.app.to_string(),
        agent_id: place.map(|place| place.agent_id.to_string()),
        host: place.map(|place| place.hostname.clone()),
        run_spec_version: instance.version,
    }
}

fn status(instance: &Instance, state: &str, message: Option<&str>) -> EventBody {
    let place = instance.place.as_ref();
    EventBody::StatusUpdate {
        slave_id: place.map(|place| place.agent_id.to_string()).unwrap_or_default(),
        task_id: instance.task_id().to_string(),
        task_status: state.to_owned(),
        message: message.unwrap_or_default().to_owned(),
        app_id: instance.app.to_string(),
        host: place.map(|place| place.hostname.clone()).unwrap_or_default(),
        ip_addresses: place.map(|place| view::address(place.ip)).into_iter().collect(),
        ports: place.map(|place| place.ports.clone()).unwrap_or_default(),
        version: instance.version,
    }
}

fn ended(instance: &Instance, end: &End, bodies: &mut Vec<EventBody>) {
    bodies.push(changed(instance, condition_of(end.state)));
    if instance.place.is_some() {
        bodies.push(status(instance, end.state.name(), end.message.as_deref()));
    }
}

/// Marathon's condition of a task that is over.
fn condition_of(state: TaskState) -> Condition {
    match state {
        TaskState::Finished => Condition::Finished,
        TaskState::Failed | TaskState::Lost => Condition::Failed,
        TaskState::Error => Condition::Error,
        TaskState::Dropped => Condition::Dropped,
        TaskState::Gone | TaskState::GoneByOperator => Condition::Gone,
        TaskState::Killed => Condition::Killed,
        TaskState::Staging => Condition::Staging,
        TaskState::Starting => Condition::Starting,
        TaskState::Running => Condition::Running,
        TaskState::Killing => Condition::Killing,
        TaskState::Unreachable => Condition::Unreachable,
        TaskState::Unknown => Condition::Unknown,
    }
}

fn unhealthy(instance: &Instance) -> EventBody {
    let place = instance.place.as_ref();
    EventBody::UnhealthyInstanceKill {
        app_id: instance.app.to_string(),
        task_id: instance.task_id().to_string(),
        instance_id: instance.id(),
        version: instance.version,
        reason: "The health check failed too often".to_owned(),
        host: place.map(|place| place.hostname.clone()).unwrap_or_default(),
        slave_id: place.map(|place| place.agent_id.to_string()),
    }
}

/// A task without an instance ended; its id still says whose it was.
fn unknown(task_id: &TaskId) -> Option<EventBody> {
    parse_instance_id(task_id.as_str())?;
    let instance_id = task_id.as_str().split("._app").next()?.to_owned();
    let (path, _) = instance_id.rsplit_once(".instance-")?;
    let run_spec_id = format!("/{}", path.replace('_', "/"));
    Some(EventBody::UnknownInstanceTerminated {
        instance_id,
        run_spec_id,
        condition: Condition::Killed,
    })
}

/// The group that an app is in.
fn parent(app: &AppId) -> String {
    match app.as_str().rsplit_once('/') {
        None | Some(("", _)) => "/".to_owned(),
        Some((group, _)) => group.to_owned(),
    }
}
