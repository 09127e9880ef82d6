//! Whether a cluster is there: both APIs answer, and all its agents are connected.

use serde_json::Value;

use crate::client::{Login, fetch};
use crate::cluster::Endpoints;

/// How far a cluster is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The Mesos API answers `/health`.
    pub mesos: bool,
    /// The Marathon API answers `/ping`.
    pub marathon: bool,
    /// Agents that are connected, and those that there should be.
    pub agents: u64,
    pub wanted: u64,
}

impl Seen {
    pub fn is_ready(self) -> bool {
        self.mesos && self.marathon && self.agents >= self.wanted
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self { mesos: false, .. } => f.write_str("the master starts"),
            Self { marathon: false, .. } => f.write_str("the app scheduler starts"),
            Self { agents, wanted, .. } => write!(f, "{agents} of {wanted} agents are connected"),
        }
    }
}

/// Looks once.
pub async fn look(endpoints: &Endpoints, login: &Login) -> Seen {
    let wanted = endpoints.agents.len() as u64;
    let mesos = is_fine(&format!("{}/health", endpoints.mesos), login).await;
    let marathon = mesos && is_fine(&format!("{}/ping", endpoints.marathon), login).await;
    let agents = if marathon {
        connected(&endpoints.mesos, login).await.unwrap_or(0)
    } else {
        0
    };
    Seen {
        mesos,
        marathon,
        agents,
        wanted,
    }
}

async fn is_fine(url: &str, login: &Login) -> bool {
    fetch(url, login).await.is_ok_and(|answer| answer.status.is_success())
}

async fn connected(mesos: &str, login: &Login) -> Option<u64> {
    let answer = fetch(&format!("{mesos}/harmony/v1/status"), login).await.ok()?;
    let status: Value = serde_json::from_slice(&answer.body).ok()?;
    status["agents"]["connected"].as_u64()
}
