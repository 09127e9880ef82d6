use std::collections::BTreeMap;

use serde::Serialize;

use super::{Agent, AgentIdentity, Framework, Never, Version};
use crate::json::Json;
use crate::v1;

/// `/state` of the master, but for its agents and frameworks, of which there may be very many.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MasterHead {
    /// `version`, `build_*` and `git_*`.
    #[serde(flatten)]
    pub version: Version,
    /// When this process started.
    pub start_time: f64,
    /// When it was elected, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elected_time: Option<f64>,
    /// The master's id, new with each start.
    pub id: String,
    /// `master@IP:PORT`.
    pub pid: String,
    /// The name or address under which it advertises itself.
    pub hostname: String,
    /// Names of `MasterInfo.Capability.Type`.
    pub capabilities: Vec<String>,
    /// How many agents are active.
    pub activated_slaves: f64,
    /// How many are registered but not active.
    pub deactivated_slaves: f64,
    /// How many are unreachable.
    pub unreachable_slaves: f64,
    /// The master's region and zone, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Json<v1::DomainInfo>>,
    /// The leader's pid, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    /// The leader, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader_info: Option<LeaderInfo>,
    /// The cluster's name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Where logs are, if they are in files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_dir: Option<String>,
    /// Where somebody else keeps the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_log_file: Option<String>,
    /// Flags by name; absent for those who may not see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<BTreeMap<String, String>>,
    /// Agents known from before the master's start and not yet back.
    pub recovered_slaves: Vec<AgentIdentity>,
    /// Always empty.
    pub orphan_tasks: [Never; 0],
    /// Always empty.
    pub unregistered_frameworks: [Never; 0],
}

/// `/state` of the master.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Master<'a> {
    /// All but agents and frameworks.
    #[serde(flatten)]
    pub head: MasterHead,
    /// Registered agents.
    pub slaves: Vec<Agent<'a>>,
    /// Frameworks not removed.
    pub frameworks: Vec<Framework<'a>>,
    /// The last ones that were removed.
    pub completed_frameworks: Vec<Framework<'a>>,
}

/// The leading master in `/state`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LeaderInfo {
    /// The leader's id.
    pub id: String,
    /// `master@IP:PORT`.
    pub pid: String,
    /// Its port.
    pub port: u16,
    /// The name or address under which it advertises itself.
    pub hostname: String,
    /// Its region and zone, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Json<v1::DomainInfo>>,
}
