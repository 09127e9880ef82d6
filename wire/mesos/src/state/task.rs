use std::collections::BTreeMap;

use serde::Serialize;

use super::{Labels, ResourceSummary, TaskLabels};
use crate::json::Json;
use crate::v1;

/// A task in `/state` and `/tasks`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Task<'a> {
    /// The task's id.
    pub id: &'a str,
    /// The task's name.
    pub name: &'a str,
    /// Whose it is.
    pub framework_id: &'a str,
    /// Empty for a task with a command of its own.
    pub executor_id: &'a str,
    /// Where it runs.
    pub slave_id: &'a str,
    /// A name of `TaskState`.
    pub state: &'a str,
    /// What it holds.
    pub resources: ResourceSummary<'a>,
    /// Its limits above its resources, by name, if it has any.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, f64>,
    /// Which role its resources are for.
    pub role: &'a str,
    /// What was reported of it, one for each state, the oldest first.
    pub statuses: Vec<TaskStatus>,
    /// Who it runs as, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a str>,
    /// Its labels, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<TaskLabels>,
    /// How it wants to be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Json<v1::DiscoveryInfo>>,
    /// Its container, if it asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Json<v1::ContainerInfo>>,
    /// Its health check, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Json<v1::HealthCheck>>,
}

/// One report of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TaskStatus {
    /// A name of `TaskState`.
    pub state: &'static str,
    /// When.
    pub timestamp: f64,
    /// Labels of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// The container's addresses and ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_status: Option<ContainerStatus>,
    /// Whether its health check passes, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
}

/// A container as a report tells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ContainerStatus {
    /// The container's id and its parent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<Json<v1::ContainerId>>,
    /// The networks it is on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_infos: Vec<NetworkInfo>,
    /// Its traffic class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup_info: Option<Json<v1::CgroupInfo>>,
}

/// A network of a container.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NetworkInfo {
    /// Names of groups, for the network's use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Labels, for the network's use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<Json<v1::network_info::IpAddress>>,
    /// The network's name; the host's network has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Host ports that lead into the container.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub port_mappings: Vec<Json<v1::network_info::PortMapping>>,
}

/// `/tasks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tasks<'a> {
    /// The tasks asked for.
    pub tasks: Vec<Task<'a>>,
}

impl From<&v1::TaskStatus> for TaskStatus {
    fn from(status: &v1::TaskStatus) -> Self {
        Self {
            state: status.state().as_str_name(),
            timestamp: status.timestamp(),
            labels: status.labels.as_ref().map(labels),
            container_status: status.container_status.as_ref().map(ContainerStatus::from),
            healthy: status.healthy,
        }
    }
}

impl From<&v1::ContainerStatus> for ContainerStatus {
    fn from(status: &v1::ContainerStatus) -> Self {
        Self {
            container_id: status.container_id.clone().map(Json),
            network_infos: status.network_infos.iter().map(NetworkInfo::from).collect(),
            cgroup_info: status.cgroup_info.map(Json),
        }
    }
}

impl From<&v1::NetworkInfo> for NetworkInfo {
    fn from(info: &v1::NetworkInfo) -> Self {
        Self {
            groups: info.groups.clone(),
            labels: info.labels.as_ref().map(labels),
            ip_addresses: info.ip_addresses.iter().cloned().map(Json).collect(),
            name: info.name.clone(),
            port_mappings: info.port_mappings.iter().cloned().map(Json).collect(),
        }
    }
}

fn labels(labels: &v1::Labels) -> Labels {
    labels.labels.iter().cloned().map(Json).collect()
}
