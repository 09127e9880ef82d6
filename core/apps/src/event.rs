use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, TaskId, Uuid};
use core_placement::Refusal;
use minicbor::{Decode, Encode};
use model_app::AppSpec;

use crate::{Condition, Delay, Deployment, Instance, Outcome, Place, TaskFailure};

/// What is a fact. Additive only.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Event {
    /// An app has a new version, its first or another.
    #[n(0)]
    AppPut {
        /// The whole definition, with its version.
        #[n(0)]
        spec: Box<AppSpec>,
    },
    /// An app is being deleted: it is gone once its instances are.
    #[n(1)]
    AppDoomed {
        /// The app.
        #[n(0)]
        app: AppId,
    },
    /// An app is gone, with its versions.
    #[n(2)]
    AppRemoved {
        /// The app.
        #[n(0)]
        app: AppId,
    },
    /// A deployment began and locks its apps.
    #[n(3)]
    DeploymentStarted {
        /// It, as it begins.
        #[n(0)]
        deployment: Box<Deployment>,
    },
    /// A step of a deployment is done; the next one begins.
    #[n(4)]
    DeploymentStepCompleted {
        /// The deployment.
        #[n(0)]
        id: DeploymentId,
        /// The step that is done, from 0.
        #[n(1)]
        step: u32,
    },
    /// A deployment came closer to its goal than ever before in this step: its deadline starts anew.
    #[n(5)]
    DeploymentProgressed {
        /// The deployment.
        #[n(0)]
        id: DeploymentId,
        /// How close: more is closer.
        #[n(1)]
        score: i64,
    },
    /// A deployment ended and its apps are free.
    #[n(6)]
    DeploymentEnded {
        /// It, as it was.
        #[n(0)]
        deployment: Box<Deployment>,
        /// How.
        #[n(1)]
        outcome: Outcome,
    },
    /// Instances are wanted: `count` of them, whose uuids follow from `seed` by `instance_uuid`.
    #[n(7)]
    InstancesScheduled {
        /// The app.
        #[n(0)]
        app: AppId,
        /// The version they run.
        #[n(1)]
        version: Timestamp,
        /// What their uuids are made of.
        #[n(2)]
        seed: Uuid,
        /// How many.
        #[n(3)]
        count: u32,
    },
    /// Instances have a place and are launched there.
    #[n(8)]
    InstancesPlaced {
        /// The app.
        #[n(0)]
        app: AppId,
        /// The instances and their places.
        #[n(1)]
        placed: Vec<PlacedInstance>,
    },
    /// The master did not take launches: the instances wait again, for a task id that nobody has seen.
    #[n(9)]
    LaunchesRefused {
        /// The app.
        #[n(0)]
        app: AppId,
        /// The instances.
        #[n(1)]
        instances: Vec<Uuid>,
        /// Why, for a person.
        #[n(2)]
        message: String,
    },
    /// An instance moved on.
    #[n(10)]
    InstanceUpdated {
        /// The instance.
        #[n(0)]
        instance: Uuid,
        /// Where it is now.
        #[n(1)]
        condition: Condition,
        /// Since when, as its agent says.
        #[n(2)]
        at: Timestamp,
        /// For a person.
        #[n(3)]
        message: Option<String>,
    },
    /// The health of an instance changed.
    #[n(11)]
    HealthChanged {
        /// The instance.
        #[n(0)]
        instance: Uuid,
        /// What it is now.
        #[n(1)]
        healthy: bool,
        /// Since when, as its agent says.
        #[n(2)]
        at: Timestamp,
        /// For a person.
        #[n(3)]
        message: Option<String>,
    },
    /// Instances are to be killed; those without a place and those on unreachable agents are gone at once.
    #[n(12)]
    InstancesDoomed {
        /// The app.
        #[n(0)]
        app: AppId,
        /// The instances.
        #[n(1)]
        instances: Vec<Uuid>,
        /// Why.
        #[n(2)]
        why: Doom,
    },
    /// An instance is gone.
    #[n(13)]
    InstanceEnded {
        /// It, as it was.
        #[n(0)]
        instance: Box<Instance>,
        /// How its task ended.
        #[n(1)]
        end: End,
    },
    /// A failure is remembered.
    #[n(14)]
    TaskFailed {
        /// The app.
        #[n(0)]
        app: AppId,
        /// What happened.
        #[n(1)]
        failure: Box<TaskFailure>,
    },
    /// Launches of an app wait, or wait no more.
    #[n(15)]
    DelayChanged {
        /// The app.
        #[n(0)]
        app: AppId,
        /// How long.
        #[n(1)]
        delay: Option<Delay>,
    },
    /// A task runs that belongs to no instance: it is killed.
    #[n(16)]
    OrphanFound {
        /// The task.
        #[n(0)]
        task_id: TaskId,
    },
    /// It is gone.
    #[n(17)]
    OrphanGone {
        /// The task.
        #[n(0)]
        task_id: TaskId,
    },
    /// Soft: the health of an instance was heard since the start of this process.
    #[n(18)]
    HealthSeen {
        /// The instance.
        #[n(0)]
        instance: Uuid,
    },
    /// Soft: instances of an app have no place now.
    #[n(19)]
    PlacementRefused {
        /// The app.
        #[n(0)]
        app: AppId,
        /// Why.
        #[n(1)]
        refusal: Box<Refusal>,
        /// When to try again at the latest.
        #[n(2)]
        retry_at: Timestamp,
    },
    /// Soft: an app that waited may be placed again.
    #[n(20)]
    AppWoken {
        /// The app.
        #[n(0)]
        app: AppId,
    },
    /// Soft: nothing is left to decide about these apps until something happens to them.
    #[n(21)]
    AppsSettled {
        /// The apps.
        #[n(0)]
        apps: Vec<AppId>,
    },
    /// Soft: every order that is due is given again.
    #[n(22)]
    Resumed,
}

/// An instance and its place.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct PlacedInstance {
    /// The instance.
    #[n(0)]
    pub instance: Uuid,
    /// Its place.
    #[n(1)]
    pub place: Place,
}

/// Why an instance is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Doom {
    /// A new version replaces it.
    #[n(0)]
    Upgrade,
    /// There are more than wanted.
    #[n(1)]
    Scale,
    /// Its app is deleted.
    #[n(2)]
    Delete,
    /// Somebody asked for it.
    #[n(3)]
    Asked,
    /// Its health check failed too often.
    #[n(4)]
    Unhealthy,
    /// Its agent was unreachable for too long.
    #[n(5)]
    Expunged,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct End {
    /// Its last state.
    #[n(0)]
    pub state: model_cluster::TaskState,
    /// When, as its agent says.
    #[n(1)]
    pub at: Timestamp,
    /// For a person.
    #[n(2)]
    pub message: Option<String>,
}
