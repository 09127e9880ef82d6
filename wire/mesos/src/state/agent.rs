use std::collections::BTreeMap;

use serde::Serialize;

use super::{Attributes, ResourceSummary};
use crate::json::Json;
use crate::v1;

/// Who an agent is: all that is known of one that has not come back since the master's start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentIdentity {
    /// The agent's id.
    pub id: String,
    /// The name or address under which it advertises itself.
    pub hostname: String,
    /// The agent's port, 5051 by default.
    pub port: u16,
    /// What the operator says of it.
    pub attributes: Attributes,
    /// Its region and zone, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Json<v1::DomainInfo>>,
}

/// An agent in `/state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agent<'a> {
    /// Who it is.
    #[serde(flatten)]
    pub identity: AgentIdentity,
    /// `slave(1)@IP:PORT`.
    pub pid: String,
    /// When it first registered.
    pub registered_time: f64,
    /// When it last came back, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reregistered_time: Option<f64>,
    /// All it has.
    pub resources: ResourceSummary<'a>,
    /// What tasks and executors hold.
    pub used_resources: ResourceSummary<'a>,
    /// What is in offers.
    pub offered_resources: ResourceSummary<'a>,
    /// What is reserved, by role.
    pub reserved_resources: BTreeMap<String, ResourceSummary<'a>>,
    /// What is not reserved.
    pub unreserved_resources: ResourceSummary<'a>,
    /// Connected and not deactivated.
    pub active: bool,
    /// Deactivated by an operator.
    pub deactivated: bool,
    /// The agent's version.
    pub version: String,
    /// Names of `AgentInfo.Capability.Type`.
    pub capabilities: Vec<String>,
    /// Set while it is drained and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drain_info: Option<Json<v1::DrainInfo>>,
    /// About when draining began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_drain_start_time_seconds: Option<f64>,
}

/// An agent in `/slaves`: with each resource in full, in the format for operators.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentInFull<'a> {
    /// As in `/state`.
    #[serde(flatten)]
    pub agent: Agent<'a>,
    /// What is reserved, by role.
    pub reserved_resources_full: BTreeMap<String, Vec<Json<v1::Resource>>>,
    /// What is not reserved.
    pub unreserved_resources_full: Vec<Json<v1::Resource>>,
    /// What tasks and executors hold.
    pub used_resources_full: Vec<Json<v1::Resource>>,
    /// What is in offers.
    pub offered_resources_full: Vec<Json<v1::Resource>>,
}

/// `/slaves`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Slaves<'a> {
    /// Registered agents.
    pub slaves: Vec<AgentInFull<'a>>,
    /// Agents known from before the master's start and not yet back.
    pub recovered_slaves: Vec<AgentIdentity>,
}
