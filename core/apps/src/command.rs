use std::{net::IpAddr, sync::Arc};

use base_ids::{AgentId, AppId, DeploymentId, TaskId, Uuid};
use core_placement::Refusal;
use model_app::AppSpec;
use model_cluster::{Domain, TaskStatus};
use model_resources::Resources;

/// What somebody asks of the app scheduler.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Creates or replaces apps in one deployment. Versions in the specs are ignored and assigned anew; service ports of 0
    /// are assigned. No change at all gives no event.
    PutApps {
        /// The whole new definitions, validated.
        specs: Vec<AppSpec>,
        /// Whether they must be new, or must be there.
        mode: PutMode,
        /// Cancels deployments that are in the way.
        force: bool,
    },
    /// Stops apps and forgets them.
    DeleteApps {
        /// Which.
        ids: Vec<AppId>,
        /// Cancels deployments that are in the way.
        force: bool,
    },
    /// Replaces all instances of apps by new ones, by the rules of an upgrade.
    RestartApps {
        /// Which.
        ids: Vec<AppId>,
        /// Cancels deployments that are in the way.
        force: bool,
    },
    /// Kills instances. They are replaced unless `scale`.
    KillInstances {
        /// Which, by the uuid in their instance and task ids; unknown ones are ignored.
        instances: Vec<Uuid>,
        /// Lowers the apps' count of instances by as many.
        scale: bool,
        /// Frees reservations and volumes too.
        wipe: bool,
        /// With `scale`: cancels deployments that are in the way.
        force: bool,
    },
    /// Forgets the launch delay of an app.
    ResetDelay {
        /// Which.
        app: AppId,
    },
    /// The pool says what became of a task. Acknowledge the status once the events are committed.
    ///
    /// After a start of this process, and after an agent came back, the pool must say once of every task what it is, with
    /// the health that its agent knows: until then health is unknown, which neither kills nor satisfies a floor.
    TaskUpdated {
        /// The status.
        status: Arc<TaskStatus>,
    },
    /// The placer found places; the launch with the master follows from `Effect::Launch`.
    InstancesPlaced {
        /// The app.
        app: AppId,
        /// The instances and their places.
        placed: Vec<Placed>,
        /// Why the rest has none.
        refusal: Option<Refusal>,
    },
    /// The master did not take launches: their instances wait for another place, under a new task id.
    LaunchesRefused {
        /// The tasks, and why, for a person.
        tasks: Vec<(TaskId, String)>,
        /// Tasks that the master would not take at any place, and why. They end as `TASK_ERROR`, so that what takes their
        /// place waits as after any failure.
        hopeless: Vec<(TaskId, String)>,
        /// Tasks for which their role may have no more now, and why. Nothing has failed: their apps are placed again when the
        /// pool changes, or after a while.
        limited: Vec<(TaskId, String)>,
    },
    /// The pool has more to give than before: apps that were refused are placed again.
    PoolChanged,
    /// The pool has taken the scheduler's subscription: orders that were given before it may have gone unheard, so that
    /// every order that is still due is given again.
    Resume,
    /// Ends a deployment. Without `force` its apps go back to what they were before, as a new deployment of these apps alone.
    CancelDeployment {
        /// Which.
        id: DeploymentId,
        /// Just stop: the apps stay as they are now.
        force: bool,
    },
    /// Time has passed.
    Tick,
}

/// Whether apps of a put must be new or known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutMode {
    /// POST: none may exist.
    Create,
    /// PATCH: all must exist.
    Update,
    /// PUT: either.
    Upsert,
}

/// An instance and the place that was found for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The instance.
    pub instance: Uuid,
    /// Its agent.
    pub agent_id: AgentId,
    /// The agent's name.
    pub hostname: String,
    /// Where its ports are reached.
    pub ip: IpAddr,
    /// The agent's region and zone.
    pub domain: Option<Domain>,
    /// Its host ports, in the order of the demand's.
    pub ports: Vec<u16>,
    /// What it takes there.
    pub resources: Resources,
}
