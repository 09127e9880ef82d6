use std::collections::BTreeMap;

use model_cluster::{Capability, FrameworkSpec};
use model_resources::{Quantities, Resource, Role};

use crate::{agent::Agent, constraints::Constraints};

/// What of an agent a framework understands and may therefore be offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It gets offers of agents with GPUs.
    pub gpus: bool,
    /// It gets revocable resources.
    pub revocable: bool,
    /// It gets shared volumes.
    pub shared: bool,
    /// It gets resources with a stack of reservations.
    pub refined: bool,
    /// It gets offers of agents in other regions than the master's.
    pub regions: bool,
}

impl Abilities {
    /// From the capabilities that a framework subscribed with.
    pub fn of(spec: &FrameworkSpec) -> Self {
        Self {
            gpus: spec.can(Capability::GpuResources),
            revocable: spec.can(Capability::RevocableResources),
            shared: spec.can(Capability::SharedResources),
            refined: spec.can(Capability::ReservationRefinement),
            regions: spec.can(Capability::RegionAware),
        }
    }

    /// Whether it understands a resource.
    pub(crate) fn understand(self, resource: &Resource) -> bool {
        (self.revocable || !resource.is_revocable())
            && (self.shared || !resource.is_shared())
            && (self.refined || !resource.is_refined())
    }
}

/// A framework as the allocator knows it.
#[derive(Clone, Debug)]
pub(crate) struct Framework {
    pub(crate) abilities: Abilities,
    /// What its offers must hold at least, where a role has other minimums than the rest.
    pub(crate) minimums: BTreeMap<Role, Vec<Quantities>>,
    /// Which agents it wants to hear of, for roles that say so.
    pub(crate) constraints: Constraints,
    /// Its leaves, one for each role that it is subscribed to or still has something in.
    pub(crate) leaves: Vec<(Role, u32)>,
}

impl Framework {
    /// Whether its role does not want to hear of an agent.
    pub(crate) fn excludes(&self, role: &Role, agent: &Agent) -> bool {
        self.constraints.exclude(role, agent.about.as_deref())
    }

    pub(crate) fn leaf(&self, role: &Role) -> Option<u32> {
        self.leaves
            .iter()
            .find(|(known, _)| known == role)
            .map(|(_, leaf)| *leaf)
    }
}
