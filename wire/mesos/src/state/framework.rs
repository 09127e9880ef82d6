use serde::Serialize;

use super::{Executor, Labels, Never, ResourceSummary, Task};
use crate::json::Json;
use crate::v1::resource::AllocationInfo;
use crate::v1::scheduler::OfferConstraints;

/// A framework in short, as in `/state-summary`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FrameworkSummary<'a> {
    /// The framework's id.
    pub id: String,
    /// The framework's name.
    pub name: String,
    /// Absent for frameworks over HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<String>,
    /// What its tasks and executors hold.
    pub used_resources: ResourceSummary<'a>,
    /// What it is offered.
    pub offered_resources: ResourceSummary<'a>,
    /// Names of `FrameworkInfo.Capability.Type`.
    pub capabilities: Vec<String>,
    /// Where its scheduler runs; empty if not told.
    pub hostname: String,
    /// Its own pages; empty if not told.
    pub webui_url: String,
    /// Gets offers.
    pub active: bool,
    /// Has an open event stream.
    pub connected: bool,
    /// Known from agents only, since the master's start.
    pub recovered: bool,
}

/// A framework in `/state` and `/frameworks`, but for its tasks, of which there may be very many.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FrameworkHead<'a> {
    /// The framework in short.
    #[serde(flatten)]
    pub summary: FrameworkSummary<'a>,
    /// The default user of its tasks.
    pub user: String,
    /// Seconds that its tasks outlive its scheduler.
    pub failover_timeout: f64,
    /// Whether its tasks outlive the agent.
    pub checkpoint: bool,
    /// When it first subscribed.
    pub registered_time: f64,
    /// When it was removed; 0 if it was not.
    pub unregistered_time: f64,
    /// Who it authenticated as, or says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Used and offered together.
    pub resources: ResourceSummary<'a>,
    /// When it last subscribed, if that is not the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reregistered_time: Option<f64>,
    /// With MULTI_ROLE: its roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Without MULTI_ROLE: its role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What it is offered now.
    pub offers: Vec<Offer<'a>>,
    /// Its executors.
    pub executors: Vec<Executor<'a>>,
    /// Its labels, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Which agents it wants to hear of.
    pub offer_constraints: Json<OfferConstraints>,
}

/// A framework in `/state` and `/frameworks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Framework<'a> {
    /// All but its tasks.
    #[serde(flatten)]
    pub head: FrameworkHead<'a>,
    /// Tasks not yet ended.
    pub tasks: Vec<Task<'a>>,
    /// Tasks on agents that are unreachable.
    pub unreachable_tasks: Vec<Task<'a>>,
    /// The last tasks that ended.
    pub completed_tasks: Vec<Task<'a>>,
}

/// An offer in `/state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer<'a> {
    /// The offer's id.
    pub id: String,
    /// To whom.
    pub framework_id: String,
    /// To which of its roles.
    pub allocation_info: Json<AllocationInfo>,
    /// Of which agent.
    pub slave_id: String,
    /// What.
    pub resources: ResourceSummary<'a>,
}

/// `/frameworks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Frameworks<'a> {
    /// Frameworks not removed.
    pub frameworks: Vec<Framework<'a>>,
    /// The last ones that were removed.
    pub completed_frameworks: Vec<Framework<'a>>,
    /// Always empty.
    pub unregistered_frameworks: [Never; 0],
}
