use std::{net::SocketAddr, path::PathBuf, time::Duration};

use base_ids::ClusterId;

/// What the master's edge must know.
#[derive(Clone, Debug)]
pub struct Options {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The leadership.
    pub epoch: u64,
    /// Where the Mesos API is reached.
    pub address: SocketAddr,
    /// Where the Marathon API is reached.
    pub marathon: SocketAddr,
    /// The name of this machine.
    pub hostname: String,
    /// How often frameworks may call; as often as they like if not given.
    pub rate_limits: Option<crate::RateLimits>,
    /// Who must say who they are, and who may do what.
    pub access: crate::Access,
    /// How the pool is set up.
    pub pool: core_master::Config,
    /// The file that this process logs to, if it is one.
    pub log: Option<PathBuf>,
    /// Between two heartbeats to a framework (Mesos: 15 s).
    pub heartbeat: Duration,
}
