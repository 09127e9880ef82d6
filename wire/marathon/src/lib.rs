//! The JSON of Marathon 1.11's API: apps in both directions, and everything that answers and events carry. DTOs and codecs,
//! no server.
//!
//! Requests are read as Marathon reads them: unknown fields are ignored, words may have any case, older forms (`uris`,
//! `ports`, `ipAddress`, `container.docker.network`) are rewritten, and errors carry its paths and texts. Answers hold
//! only Marathon's fields. Facts are from `docs/docs/rest-api/public/api/v2/types/*.raml`, `AppNormalization.scala`,
//! `AppValidation.scala` and `AppConversion.scala` of Marathon.

pub mod app;
mod app_info;
mod body;
mod context;
mod convert;
mod deployment;
mod embed;
mod event;
mod flag;
mod group;
mod info;
mod metrics;
mod overlay;
mod problem;
mod queue;
mod read;
pub mod request;
mod selector;
mod stats;
mod task;
mod time;
mod word;

pub use app_info::{AppInfo, AppList, AppSingle, AppsBelow, Counts, Identifiable, VersionList};
pub use context::Context;
pub use deployment::{
    Action, ActionName, CurrentAction, Deployment, DeploymentResult, Plan, ReadinessResponse, ReadinessResult, Step,
};
pub use embed::Embed;
pub use event::{Condition, Event, EventBody};
pub use flag::flag;
pub use group::{GroupInfo, GroupPatch, GroupUpdate};
pub use info::{Config, HttpConfig, Info, Leader, Message, StoreConfig};
pub use metrics::{Counter, Gauge, Histogram, Meter, Metrics, Rates, Spread, Timer};
pub use problem::{Details, Problem};
pub use queue::{
    AgentAttribute, Declined, Delay, NumberRange, Offer, OfferResource, OffersSummary, Queue, QueueItem, Reason,
    UnusedOffer,
};
pub use selector::{LabelSelector, SelectorError};
pub use stats::{LifeTime, Stats, TaskCounts, TaskStats, TaskStatsByVersion};
pub use task::{CheckResult, HealthResult, LocalVolume, Task, TaskAddress, TaskFailure, TaskList, TaskSingle};
pub use time::parse_time;
pub use word::{AccessMode, AccessType, DockerNetwork, IpcMode, NetworkMode, TaskLostBehavior, Word, Words};
