use std::{net::SocketAddr, path::PathBuf, time::Duration};

use model_cluster::AgentSpec;
use wire_link::ReconfigurationPolicy;

use crate::{Oversubscription, Recover, Tokens};

/// What an agent needs to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its state directory: journal, sandboxes, containers. Mode 0700.
    pub dir: PathBuf,
    /// Where masters are; the first that answers is asked, and one that is not the leader names it.
    pub masters: Vec<SocketAddr>,
    /// The cluster's join token, needed until the agent has its own credential.
    pub join_token: Option<String>,
    /// Where its HTTP port listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What it is and offers; `port` and `boot_id` are filled in at the start.
    pub spec: AgentSpec,
    /// What it may say anew of itself when it comes back.
    pub policy: ReconfigurationPolicy,
    /// Plain processes even where namespaces and cgroups are to be had.
    pub plain: bool,
    /// How long a sandbox is kept after its task's end on an empty disk.
    pub sandbox_max_age: Duration,
    /// The share of the disk (0 to 1) that is kept free by removing sandboxes earlier.
    pub disk_headroom: f64,
    /// The most processes and threads of a task.
    pub pids_max: u64,
    /// Hold a task to its cpus even if others are idle (Mesos' `--cgroups_enable_cfs`).
    pub cfs_quota: bool,
    /// Who must say who they are, and who may see what.
    pub access: crate::Access,
    /// What is made of what is given and not used.
    pub oversubscription: Oversubscription,
    /// The grace of kills, how long executors may take, and what is in every environment.
    pub machine: core_agent::Config,
    /// What becomes of what an earlier agent left.
    pub recover: Recover,
    /// Refuse to run if the records of a container are broken.
    pub strict: bool,
    /// Makes the tokens by which executors prove themselves; without it they get none.
    pub tokens: Option<Tokens>,
    /// Whether the executor API asks for those tokens. Native drivers have none, and are not asked.
    pub authenticate_executors: bool,
    /// The file that this process logs to, if it is one.
    pub log: Option<PathBuf>,
}

impl Options {
    /// Where its own tasks and executors reach its port.
    pub(crate) fn endpoint(&self) -> SocketAddr {
        let listens = self.listen.ip();
        let ip = if listens.is_unspecified() {
            self.spec.ip
        } else {
            listens
        };
        SocketAddr::new(ip, self.spec.port)
    }
}
