use model_cluster::{Capability, FrameworkSpec};
use model_resources::{Resource, Role};

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
}

impl Abilities {
    /// From the capabilities that a framework subscribed with.
    pub fn of(spec: &FrameworkSpec) -> Self {
        Self {
            gpus: spec.can(Capability::GpuResources),
            revocable: spec.can(Capability::RevocableResources),
            shared: spec.can(Capability::SharedResources),
            refined: spec.can(Capability::ReservationRefinement),
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
    /// Its leaves, one for each role that it is subscribed to or still has something in.
    pub(crate) leaves: Vec<(Role, u32)>,
}

impl Framework {
    pub(crate) fn leaf(&self, role: &Role) -> Option<u32> {
        self.leaves
            .iter()
            .find(|(known, _)| known == role)
            .map(|(_, leaf)| *leaf)
    }
}
