use std::{collections::BTreeMap, sync::Arc};

use model_cluster::AgentSpec;
use model_resources::{Name, Resource, Resources};

use crate::amounts::Measure;

/// An agent as the allocator knows it.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    /// All that it has.
    pub(crate) total: Resources,
    /// Its scalars, as they are in the tree's totals.
    pub(crate) measured: Measure,
    /// What is neither used nor on offer.
    pub(crate) free: Resources,
    /// What is used or on offer beyond the total: it is free only once that is given back too. Shared volumes aside.
    pub(crate) debt: Resources,
    /// Whether it may get new work.
    pub(crate) ready: bool,
    /// Whether it has GPUs, which only those who can use them are offered.
    pub(crate) has_gpus: bool,
    /// It is in another region than the master.
    pub(crate) remote: bool,
    /// What it says of itself, for the constraints of frameworks.
    pub(crate) about: Option<Arc<AgentSpec>>,
    /// What the leaves of the tree have of it, and in how many pieces.
    pub(crate) charges: BTreeMap<u32, Charge>,
}

/// What one framework in one role has of one agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Charge {
    pub(crate) measure: Measure,
    pub(crate) pieces: u32,
}

impl Agent {
    pub(crate) fn new(total: Resources, measured: Measure) -> Self {
        let has_gpus = total.iter().any(|r| r.name == Name::Gpus);
        Self {
            free: total.clone(),
            debt: Resources::new(),
            total,
            measured,
            ready: false,
            has_gpus,
            remote: false,
            about: None,
            charges: BTreeMap::new(),
        }
    }

    /// A leaf of the tree has a piece more of it.
    pub(crate) fn take(&mut self, leaf: u32, resources: &Resources, measure: &Measure) {
        if self.free == *resources && !resources.iter().any(Resource::is_shared) {
            self.free = Resources::new();
        } else {
            if !self.free.supports(resources) {
                self.debt += &(&resources.non_shared() - &self.free);
            }
            self.free.withdraw(resources);
        }
        let charge = self.charges.entry(leaf).or_default();
        charge.measure.add(measure, 1);
        charge.pieces += 1;
    }

    /// Something is used no more: what is owed comes first.
    pub(crate) fn give_back(&mut self, resources: &Resources) {
        if self.debt.is_empty() {
            return self.free.give_back(resources);
        }
        let left = &resources.non_shared() - &self.debt;
        self.debt.withdraw(resources);
        self.free.give_back(&left);
    }

    /// It has other resources than before, and what is in use of it stays in use.
    pub(crate) fn resize(&mut self, total: &Resources, measured: Measure) {
        let used = &(&self.total - &self.free) + &self.debt;
        let charges = std::mem::take(&mut self.charges);
        let new = Self {
            ready: self.ready,
            remote: self.remote,
            about: self.about.take(),
            charges,
            ..Self::new(total.clone(), measured)
        };
        *self = new;
        self.free -= &used;
        self.debt = &used - total;
    }
}
