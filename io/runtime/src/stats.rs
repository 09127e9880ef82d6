//! What a container uses.

/// Usage and limits of one container, for `/monitor/statistics`. `None` where this system does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stats {
    /// CPU seconds spent in user mode since the start.
    pub cpu_user_secs: f64,
    /// CPU seconds spent in the kernel since the start.
    pub cpu_system_secs: f64,
    /// The hard limit in cores.
    pub cpus_limit: Option<f64>,
    /// Periods of the CFS quota that have passed.
    pub cpu_periods: Option<u64>,
    /// Of these, periods in which the container was throttled.
    pub cpu_throttled_periods: Option<u64>,
    /// Seconds for which it was throttled.
    pub cpu_throttled_secs: Option<f64>,
    /// Anonymous memory in bytes (without cgroups: resident memory).
    pub memory_rss_bytes: u64,
    /// Everything charged to the container in bytes, page cache included.
    pub memory_total_bytes: Option<u64>,
    /// Page cache in bytes.
    pub memory_cache_bytes: Option<u64>,
    /// The memory limit in bytes.
    pub memory_limit_bytes: Option<u64>,
    /// The most memory in use at once, in bytes.
    pub memory_peak_bytes: Option<u64>,
    /// Processes and threads now, init included (without cgroups: processes).
    pub pids: Option<u64>,
    /// The limit on processes and threads of the task.
    pub pids_limit: Option<u64>,
}
