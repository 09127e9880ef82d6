use std::net::IpAddr;

use base_ids::AgentId;
use model_cluster::Domain;
use model_resources::{Attributes, Resources};

/// A snapshot of the pool: every registered agent, in an order that stays the same between snapshots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// The agents.
    pub agents: Vec<Candidate>,
}

/// An agent that may take instances.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub agent_id: AgentId,
    /// Its name (`@hostname`).
    pub hostname: String,
    /// Where its tasks' ports are reached.
    pub ip: IpAddr,
    /// For constraints.
    pub attributes: Attributes,
    /// Region and zone, for constraints.
    pub domain: Option<Domain>,
    /// What nobody uses now.
    pub free: Resources,
    /// All that it has, used or not: tells "not now" from "never". Empty means the same as `free`.
    pub total: Resources,
    /// Whether it takes work now.
    pub connected: bool,
}

impl Candidate {
    /// All that it has, used or not.
    pub(crate) fn all(&self) -> &Resources {
        if self.total.is_empty() { &self.free } else { &self.total }
    }
}
