use std::collections::BTreeMap;

use base_ids::Principal;
use minicbor::{Decode, Encode};
use model_resources::{Quantities, Role};

use crate::{AttributeConstraint, Label};

/// What a framework says of itself (`FrameworkInfo`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct FrameworkSpec {
    /// Its name, as UIs and DNS show it.
    #[n(0)]
    pub name: String,
    /// The user its tasks run as unless they name one; empty for the agent's own.
    #[n(1)]
    pub user: String,
    /// The roles it subscribes to; never empty.
    #[n(2)]
    pub roles: Vec<Role>,
    /// Of those, the roles it wants no offers for now.
    #[n(3)]
    pub suppressed: Vec<Role>,
    /// What it understands.
    #[n(4)]
    pub capabilities: Vec<Capability>,
    /// How long its tasks live on after its scheduler is gone, in milliseconds.
    #[n(5)]
    pub failover_timeout_ms: u64,
    /// Whether its tasks outlive an agent's restart. Harmony's always do; kept to be shown.
    #[n(6)]
    pub checkpoint: bool,
    /// Where its scheduler runs.
    #[n(7)]
    pub hostname: Option<String>,
    /// The principal it claims.
    #[n(8)]
    pub principal: Option<Principal>,
    /// Its web page.
    #[n(9)]
    pub webui_url: Option<String>,
    /// Free labels.
    #[n(10)]
    pub labels: Vec<Label>,
    /// Whether it subscribed with `roles` (or in the old form, with `role`).
    #[n(11)]
    pub multi_role: bool,
    /// For roles that say so: what an offer must hold at least, any one of these; anything if there is none.
    #[cbor(n(12), default)]
    pub minimums: BTreeMap<Role, Vec<Quantities>>,
    /// For roles that say so: which agents they want to hear of, those for which all of one group hold.
    #[cbor(n(13), default)]
    pub constraints: BTreeMap<Role, Vec<Vec<AttributeConstraint>>>,
}

impl FrameworkSpec {
    /// Whether it has a capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }
}

/// What a framework understands (`FrameworkInfo.Capability`). The discriminants are Mesos' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Capability {
    #[n(1)]
    RevocableResources = 1,
    #[n(2)]
    TaskKillingState = 2,
    #[n(3)]
    GpuResources = 3,
    #[n(4)]
    SharedResources = 4,
    #[n(5)]
    PartitionAware = 5,
    #[n(6)]
    MultiRole = 6,
    #[n(7)]
    ReservationRefinement = 7,
    #[n(8)]
    RegionAware = 8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_before_minimums_and_constraints_is_read() {
        let spec = FrameworkSpec {
            name: "n".into(),
            user: "u".into(),
            roles: vec![Role::any()],
            suppressed: Vec::new(),
            capabilities: vec![Capability::MultiRole],
            failover_timeout_ms: 7,
            checkpoint: true,
            hostname: None,
            principal: None,
            webui_url: None,
            labels: Vec::new(),
            multi_role: true,
            minimums: BTreeMap::new(),
            constraints: BTreeMap::new(),
        };
        let mut bytes = minicbor::to_vec(&spec).unwrap();
        // An array of 14 whose last two are empty maps becomes one of 12.
        assert_eq!((bytes[0], bytes.split_off(bytes.len() - 2)), (0x8e, vec![0xa0, 0xa0]));
        bytes[0] = 0x8c;
        assert_eq!(minicbor::decode::<FrameworkSpec>(&bytes).unwrap(), spec);
    }
}
