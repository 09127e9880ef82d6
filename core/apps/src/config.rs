use std::time::Duration;

/// Settings of the app scheduler.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How many deployments may run at once (Marathon's `max_running_deployments`). Rollbacks are always let in.
    pub max_deployments: u32,
    /// How many instances an app may want.
    pub max_instances: u32,
    /// A deployment without progress for so long has failed, unless its apps' label `HARMONY_PROGRESS_DEADLINE_SECONDS` says
    /// otherwise.
    pub progress_deadline: Duration,
    /// An app that was refused is placed again after this time even if no `PoolChanged` came.
    pub placement_retry: Duration,
    /// Service ports that are given out, first and last.
    pub service_ports: (u16, u16),
    /// No instance is placed on a machine whose maintenance begins within this time (Marathon's `--draining_seconds`, which
    /// is 0 by default).
    pub maintenance_lead: Duration,
    /// How many instances of an app one placement asks for at most.
    pub placement_batch: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_deployments: 100,
            max_instances: 1_000_000,
            progress_deadline: Duration::from_secs(600),
            placement_retry: Duration::from_secs(5),
            service_ports: (10_000, 20_000),
            maintenance_lead: Duration::from_secs(600),
            placement_batch: 10_000,
        }
    }
}
