//! The app scheduler as a pure machine: Marathon's brain.
//!
//! A command changes what is wanted (`AppPut`, `DeploymentStarted`) or says what was seen (`TaskUpdated`,
//! `InstancesPlaced`). Whatever happened to an app unsettles it; settling (in the same decision, or by the next tick)
//! brings it one move closer to what is wanted: by the current step of its deployment, or by its number of instances.
//! Deployments are data, so that a restart resumes at the same step. `work` says what the world should do: find places,
//! launch, kill.

mod app;
mod apply;
mod apps;
mod check;
mod codec;
mod command;
mod config;
mod decide;
mod delay;
mod demand;
mod deployment;
mod effect;
mod event;
mod explain;
mod failure;
mod instance;
mod query;
mod reject;
mod roster;
mod task;
mod timers;
mod work;

pub use app::{App, MAX_FAILURES, MAX_VERSIONS, Refused};
pub use apps::Apps;
pub use command::{Command, Placed, PutMode};
pub use config::Config;
pub use delay::Delay;
pub use deployment::{Action, ActionKind, Deployment, Outcome};
pub use effect::{Effect, Key};
pub use event::{Doom, End, Event, PlacedInstance};
pub use explain::{Explanation, Pending, Position};
pub use failure::TaskFailure;
pub use instance::{Condition, Health, Instance, Place, instance_uuid, parse_instance_id};
pub use query::{Counts, Queued};
pub use reject::Reject;
