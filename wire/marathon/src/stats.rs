use serde::Serialize;

/// Statistics of an app's tasks (`taskStats`). Marathon 1.11 itself writes `tasksStats`, against its own documentation and
/// every client; the documented name is kept here.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskStatsByVersion {
    /// Of tasks younger than the last scaling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_after_last_scaling: Option<Stats>,
    /// Of tasks with the latest configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_latest_config: Option<Stats>,
    /// Of tasks with an older configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_outdated_config: Option<Stats>,
    /// Of all tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_summary: Option<Stats>,
}

/// `{"stats": ...}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stats {
    pub stats: TaskStats,
}

/// Counts and ages of some tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskStats {
    /// How many in which state.
    pub counts: TaskCounts,
    /// How old they are; none if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_time: Option<LifeTime>,
}

/// How many tasks in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TaskCounts {
    pub staged: u32,
    pub running: u32,
    pub healthy: u32,
    pub unhealthy: u32,
}

/// How old tasks are, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifeTime {
    pub average_seconds: f64,
    pub median_seconds: f64,
}
