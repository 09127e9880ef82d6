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
    /// What is used of revocable resources that are there no longer: the next that is given back is not free.
    pub(crate) owed: Resources,
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
            owed: Resources::new(),
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
            if resources.iter().any(Resource::is_revocable) {
                self.owed += &resources.revocable() - &self.free;
            }
            self.free.withdraw(resources);
        }
        let charge = self.charges.entry(leaf).or_default();
        charge.measure.add(measure, 1);
        charge.pieces += 1;
    }

    /// A piece is free again, but for what is not there any more.
    pub(crate) fn give_back(&mut self, resources: &Resources) {
        if self.owed.is_empty() {
            return self.free.give_back(resources);
        }
        self.free.give_back(&(resources - &self.owed));
        self.owed -= resources;
    }

    /// It has other resources than before, and what is in use of it stays in use.
    pub(crate) fn resize(&mut self, total: &Resources, measured: Measure) {
        let used = &(&self.total - &self.free) + &self.owed;
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
        self.owed = &used.revocable() - total;
    }
}
