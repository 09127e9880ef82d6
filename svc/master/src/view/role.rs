use std::collections::BTreeMap;

use base_ids::FrameworkId;
use core_master::Master as Pool;
use model_resources::{Quantities, Resources, Role};

use super::is_present;

/// A role and what is held in it and below it. Scalars only.
#[derive(Default)]
pub(crate) struct RoleShare {
    /// Frameworks that subscribe to it.
    pub(crate) frameworks: Vec<FrameworkId>,
    allocated: Resources,
    offered: Resources,
    reserved: Resources,
    unreserved: Resources,
}

impl RoleShare {
    /// What its tasks and executors use.
    pub(crate) fn allocated(&self) -> Quantities {
        Quantities::of_scalars(&self.allocated)
    }

    /// What it is offered.
    pub(crate) fn offered(&self) -> Quantities {
        Quantities::of_scalars(&self.offered)
    }

    /// What is reserved for it.
    pub(crate) fn reserved(&self) -> Quantities {
        Quantities::of_scalars(&self.reserved)
    }

    /// What its tasks use and what it is offered.
    pub(crate) fn held(&self) -> Quantities {
        Quantities::of_scalars(&(&self.allocated + &self.offered))
    }

    /// What counts against its quota: what is reserved, used or not, and what its tasks use besides.
    pub(crate) fn consumed(&self) -> Quantities {
        Quantities::of_scalars(&(&self.reserved + &self.unreserved))
    }
}

/// Every role that somebody subscribes to, holds something in, or has a reservation in, or that has a weight or a quota, and
/// those above it.
pub(crate) fn shares_of_roles(pool: &Pool) -> BTreeMap<Role, RoleShare> {
    let mut shares: BTreeMap<Role, RoleShare> = BTreeMap::new();
    for (_, framework) in pool.frameworks() {
        for role in &framework.spec.roles {
            let id = framework.framework_id.clone();
            shares.entry(role.clone()).or_default().frameworks.push(id);
        }
    }
    let tasks = pool.tasks().filter(|(_, task)| !task.is_over());
    let tasks = tasks.map(|(_, task)| (&task.role, &task.spec.resources));
    let executors = pool.agents().flat_map(|(_, agent)| agent.executors.values());
    let executors = executors.map(|executor| (&executor.role, &executor.spec.resources));
    for (role, used) in tasks.chain(executors) {
        let used = used.scalars();
        up(&mut shares, role, |share| {
            share.allocated += &used;
            share.unreserved += &used.unreserved().non_revocable();
        });
    }
    for offer in pool.offers() {
        up(&mut shares, &offer.role, |share| share.offered += &offer.resources);
    }
    for (_, agent) in pool.agents().filter(|(_, agent)| is_present(agent)) {
        for (role, reserved) in agent.total.by_reservation() {
            up(&mut shares, &role, |share| share.reserved += &reserved);
        }
    }
    let set = pool.weights().keys().chain(pool.quotas().keys());
    let known: Vec<Role> = shares.keys().chain(set).cloned().collect();
    for role in known {
        up(&mut shares, &role, |_| {});
    }
    shares
}

/// A role and all above it.
fn up(shares: &mut BTreeMap<Role, RoleShare>, role: &Role, change: impl Fn(&mut RoleShare)) {
    change(shares.entry(role.clone()).or_default());
    for above in role.ancestors() {
        change(shares.entry(above).or_default());
    }
}
