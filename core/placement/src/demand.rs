use base_ids::{AgentId, Uuid};
use model_app::Constraint;
use model_resources::{Role, Scalar};

/// Some equal instances that want a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The role they run under: resources reserved for it (or for a parent of it) may be used.
    pub role: Role,
    /// `*` for unreserved resources, `role` for reserved ones; empty for both.
    pub accepted_roles: Vec<Role>,
    /// Cores of each.
    pub cpus: Scalar,
    /// Memory of each, in MiB.
    pub mem: Scalar,
    /// Disk of each, in MiB.
    pub disk: Scalar,
    /// GPUs of each.
    pub gpus: Scalar,
    /// Host ports of each, in the order in which the answer has them.
    pub ports: Vec<PortAsk>,
    /// Rules on where they may go.
    pub constraints: Vec<Constraint>,
    /// Those that want a place, by the uuid of the instance.
    pub instances: Vec<Uuid>,
    /// How many instances, of the same app and so under the same rules, each agent has already.
    pub existing: Vec<(AgentId, u32)>,
}

impl Demand {
    /// A demand without constraints and ports in the default role.
    pub fn plain(cpus: Scalar, mem: Scalar, instances: Vec<Uuid>) -> Self {
        Self {
            role: Role::any(),
            accepted_roles: Vec::new(),
            cpus,
            mem,
            disk: Scalar::ZERO,
            gpus: Scalar::ZERO,
            ports: Vec::new(),
            constraints: Vec::new(),
            instances,
            existing: Vec::new(),
        }
    }

    pub(crate) fn accepts_unreserved(&self) -> bool {
        self.accepted_roles.is_empty() || self.accepted_roles.iter().any(Role::is_any)
    }

    pub(crate) fn accepts_reserved(&self) -> bool {
        self.accepted_roles.is_empty() || (!self.role.is_any() && self.accepted_roles.contains(&self.role))
    }
}

/// A host port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortAsk {
    /// Whichever is free.
    Any,
    /// This very one.
    Fixed(u16),
}
