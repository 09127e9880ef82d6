use base_clock::Timestamp;
use serde::Serialize;

use crate::time;

/// A task (`task.raml`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// The app's path.
    pub app_id: String,
    /// What its health checks found; Marathon writes the list even when it is empty.
    pub health_check_results: Vec<HealthResult>,
    /// What its check found last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_result: Option<CheckResult>,
    /// The host name of its agent.
    pub host: String,
    /// Its id.
    pub id: String,
    /// Its addresses.
    pub ip_addresses: Vec<TaskAddress>,
    /// Its ports on the host, in order of the app's ports.
    pub ports: Vec<u16>,
    /// The app's service ports, in the same order.
    pub service_ports: Vec<u16>,
    /// Its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slave_id: Option<String>,
    /// `TASK_RUNNING` and so on.
    pub state: String,
    /// When it was launched.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub staged_at: Option<Timestamp>,
    /// When it ran first.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// The app's version that it runs.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub version: Option<Timestamp>,
    /// Its persistent volumes.
    pub local_volumes: Vec<LocalVolume>,
    /// The region of its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The zone of its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The role it was launched with.
    pub role: String,
}

/// An address of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskAddress {
    /// The address.
    pub ip_address: String,
    /// `IPv4` or `IPv6`.
    pub protocol: &'static str,
}

/// A persistent volume of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalVolume {
    /// The app's path.
    pub run_spec_id: String,
    /// Where it is mounted.
    pub container_path: String,
    /// What tells it from others of that path.
    pub uuid: String,
    /// `<app>#<path>#<uuid>`.
    pub persistence_id: String,
}

/// What a health check found (`Health`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthResult {
    /// Whether the last answer was good.
    pub alive: bool,
    /// Bad answers in a row.
    pub consecutive_failures: u32,
    /// The first good answer.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub first_success: Option<Timestamp>,
    /// The instance.
    pub instance_id: String,
    /// The last good answer.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// The last bad answer.
    #[serde(serialize_with = "time::maybe_text", skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Timestamp>,
    /// What was bad about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_cause: Option<String>,
}

/// What a check found (`checkResult`), by the kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckResult {
    /// The status code.
    #[serde(rename_all = "camelCase")]
    Http { status_code: u16 },
    /// Whether the connection was accepted.
    #[serde(rename_all = "camelCase")]
    Tcp { succeeded: bool },
    /// The exit code.
    #[serde(rename_all = "camelCase")]
    Command { exit_code: i32 },
}

/// `{"tasks": [...]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TaskList {
    pub tasks: Vec<Task>,
}

/// `{"task": ...}`, the answer to the kill of one task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskSingle {
    pub task: Task,
}

/// How a task failed last (`lastTaskFailure`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskFailure {
    /// The app's path.
    pub app_id: String,
    /// The host name of its agent.
    pub host: String,
    /// What happened.
    pub message: String,
    /// `TASK_FAILED` and so on.
    pub state: String,
    /// The task.
    pub task_id: String,
    /// When.
    #[serde(serialize_with = "time::text")]
    pub timestamp: Timestamp,
    /// The app's version that it ran.
    #[serde(serialize_with = "time::text")]
    pub version: Timestamp,
    /// Its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slave_id: Option<String>,
}
