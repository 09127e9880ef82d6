use std::net::IpAddr;

use minicbor::{Decode, Encode};
use model_resources::{Attributes, Resources};

/// What an agent is and offers, as it says when it joins. The id lives apart: a spec may change without wiping the agent.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct AgentSpec {
    /// The name tasks and constraints know (`@hostname`).
    #[n(0)]
    pub hostname: String,
    /// Where its tasks' host ports are reached.
    #[n(1)]
    #[cbor(with = "crate::ip")]
    pub ip: IpAddr,
    /// Its own HTTP port (Mesos' 5051).
    #[n(2)]
    pub port: u16,
    /// All that it offers.
    #[n(3)]
    pub resources: Resources,
    /// `rack:r1;os:linux`, for constraints.
    #[n(4)]
    pub attributes: Attributes,
    /// Region and zone.
    #[n(5)]
    pub domain: Option<Domain>,
    /// The Harmony release it runs.
    #[n(6)]
    pub version: String,
    /// Identifies one boot of its machine.
    #[n(7)]
    pub boot_id: String,
}

/// A fault domain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Domain {
    /// The region (`@region`).
    #[n(0)]
    pub region: String,
    /// The zone (`@zone`).
    #[n(1)]
    pub zone: String,
}
