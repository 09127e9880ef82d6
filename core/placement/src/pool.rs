use std::net::IpAddr;

use base_ids::AgentId;
use model_cluster::Domain;
use model_resources::{Attributes, Resources};

use crate::Reason;

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
    /// Whether it is there, and answers.
    pub connected: bool,
    /// Why it shall take no work though it is there.
    pub closed: Option<Closed>,
}

/// Why an agent that is there shall take no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Its work is being taken off it.
    Draining,
    /// An operator took it out.
    Deactivated,
    /// Its machine is down for maintenance, or will be soon.
    Maintenance,
}

impl Candidate {
    /// Why it takes no work now; `None` if it does.
    pub(crate) fn refusal(&self) -> Option<Reason> {
        match self.closed {
            _ if !self.connected => Some(Reason::Disconnected),
            Some(Closed::Draining) => Some(Reason::Draining),
            Some(Closed::Deactivated) => Some(Reason::Deactivated),
            Some(Closed::Maintenance) => Some(Reason::Maintenance),
            None => None,
        }
    }

    /// All that it has, used or not.
    pub(crate) fn all(&self) -> &Resources {
        if self.total.is_empty() { &self.free } else { &self.total }
    }
}
