use std::time::Duration;

use base_ids::ClusterId;
use core_allocator::{Sorter, default_minimums};
use model_cluster::Domain;
use model_resources::{Name, Quantities};

use crate::Digest;

/// The master's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The cluster; the first part of the ids that the master gives.
    pub cluster_id: ClusterId,
    /// The leadership: orders carry it, and offer ids of two leaderships differ by it.
    pub epoch: u64,
    /// What tells this leadership from those of all other journals; random.
    pub leadership: u64,
    /// How far the journal was when this leadership began.
    pub index: u64,
    /// The hash of the join token; `None` lets nobody join.
    pub join_token: Option<Digest>,
    /// Between two pings of an agent (Mesos' `--agent_ping_timeout`).
    pub ping_interval: Duration,
    /// So many unanswered pings make an agent unreachable (Mesos' `--max_agent_ping_timeouts`).
    pub max_missed_pings: u32,
    /// Between two removals of agents that are silent for too long, at least (Mesos' `--agent_removal_rate_limit`); any number
    /// at once if not given.
    pub removal_interval: Option<Duration>,
    /// The share of agents, 0 to 1, that may be removed because they did not come back to a new leader (Mesos'
    /// `--recovery_agent_removal_limit`). If more did not, none is.
    pub recovery_removal_limit: f64,
    /// How long agents that are unreachable or gone are remembered (Mesos' `--registry_max_agent_age`).
    pub registry_max_agent_age: Duration,
    /// How many of each are (Mesos' `--registry_max_agent_count`).
    pub registry_max_agent_count: usize,
    /// How often it is looked whether some may be forgotten (Mesos' `--registry_gc_interval`).
    pub registry_gc_interval: Duration,
    /// The master's own region and zone.
    pub domain: Option<Domain>,
    /// Take no agent in that says no region and zone (Mesos' `--require_agent_domain`).
    pub require_agent_domain: bool,
    /// How long an offer stands; `None` for ever (Mesos' `--offer_timeout`).
    pub offer_timeout: Option<Duration>,
    /// The filter of a decline that names none (Mesos: 5 s).
    pub default_refuse: Duration,
    /// What an offer must hold at least: any one of these.
    pub minimums: Vec<Quantities>,
    /// Whether agents with GPUs are offered only to those who can use them (Mesos' `--filter_gpu_resources`).
    pub filter_gpus: bool,
    /// An offer older than this is nobody's demand: a commit may take it whatever the fair share is.
    pub lease_limit: Duration,
    /// Names that count for no share (Mesos' `--fair_sharing_excluded_resource_names`).
    pub excluded: Vec<Name>,
    /// In which order roles are served (Mesos' `--role_sorter`).
    pub role_sorter: Sorter,
    /// In which order frameworks are served within a role (Mesos' `--framework_sorter`).
    pub framework_sorter: Sorter,
    /// The region of the masters (Mesos' `--domain`): agents of another one are offered to the region-aware only.
    pub region: Option<String>,
    /// The most agents.
    pub max_agents: usize,
    /// The most registered frameworks.
    pub max_frameworks: usize,
    /// The most tasks that are not over and done.
    pub max_tasks: usize,
}

impl Config {
    /// The defaults, which are Mesos' where it has the setting. The leadership is told from others by its epoch alone unless
    /// the caller draws a number.
    pub fn new(cluster_id: ClusterId, epoch: u64) -> Self {
        Self {
            cluster_id,
            epoch,
            leadership: epoch,
            index: 0,
            join_token: None,
            ping_interval: Duration::from_secs(15),
            max_missed_pings: 5,
            removal_interval: None,
            recovery_removal_limit: 1.0,
            registry_max_agent_age: Duration::from_secs(14 * 24 * 60 * 60),
            registry_max_agent_count: 102_400,
            registry_gc_interval: Duration::from_secs(15 * 60),
            domain: None,
            require_agent_domain: false,
            offer_timeout: None,
            default_refuse: Duration::from_secs(5),
            minimums: default_minimums(),
            filter_gpus: true,
            lease_limit: Duration::from_secs(30),
            excluded: Vec::new(),
            role_sorter: Sorter::Drf,
            framework_sorter: Sorter::Drf,
            region: None,
            max_agents: 100_000,
            max_frameworks: 10_000,
            max_tasks: 4_000_000,
        }
    }

    /// From the moment an agent falls silent to the moment it counts as unreachable (75 s by default).
    pub fn unreachable_after(&self) -> Duration {
        self.ping_interval * self.max_missed_pings
    }
}
