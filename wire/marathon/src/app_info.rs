use base_clock::Timestamp;
use serde::{Serialize, Serializer};

use crate::{
    app::App,
    deployment::ReadinessResult,
    stats::{TaskCounts, TaskStatsByVersion},
    task::{Task, TaskFailure},
};

/// An app in an answer: what it is, and what was embedded.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// The app.
    #[serde(flatten)]
    pub app: App,
    /// `tasksStaged` and so on.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// The deployments at work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployments: Option<Vec<Identifiable>>,
    /// The results of its readiness checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_check_results: Option<Vec<ReadinessResult>>,
    /// Its tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
    /// How a task of it failed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_task_failure: Option<TaskFailure>,
    /// Statistics of its tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_stats: Option<TaskStatsByVersion>,
}

/// How many tasks of an app are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub tasks_staged: u32,
    pub tasks_running: u32,
    pub tasks_healthy: u32,
    pub tasks_unhealthy: u32,
}

impl From<TaskCounts> for Counts {
    fn from(counts: TaskCounts) -> Self {
        Self {
            tasks_staged: counts.staged,
            tasks_running: counts.running,
            tasks_healthy: counts.healthy,
            tasks_unhealthy: counts.unhealthy,
        }
    }
}

/// `{"id": "..."}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identifiable {
    pub id: String,
}

/// `{"apps": [...]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AppList {
    pub apps: Vec<AppInfo>,
}

/// `{"app": ...}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AppSingle {
    pub app: AppInfo,
}

/// `{"*": [...]}`: the apps of a group and below (`GET /v2/apps/group/*`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AppsBelow {
    #[serde(rename = "*")]
    pub apps: Vec<AppInfo>,
}

/// `{"versions": [...]}`, the youngest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct VersionList {
    #[serde(serialize_with = "texts")]
    pub versions: Vec<Timestamp>,
}

fn texts<S: Serializer>(times: &[Timestamp], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(times.iter().map(Timestamp::to_string))
}
