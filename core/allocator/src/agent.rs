use std::collections::BTreeMap;

use model_resources::{Name, Resources};

use crate::amounts::Amounts;

/// An agent as the allocator knows it.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    /// All that it has.
    pub(crate) total: Resources,
    /// Its scalars, as they are in the tree's totals.
    pub(crate) measured: Amounts,
    /// What is neither used nor on offer.
    pub(crate) free: Resources,
    /// Whether it may get new work.
    pub(crate) ready: bool,
    /// Whether it has GPUs, which only those who can use them are offered.
    pub(crate) has_gpus: bool,
    /// What the leaves of the tree have of it, and in how many pieces.
    pub(crate) charges: BTreeMap<u32, Charge>,
}

/// What one framework in one role has of one agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Charge {
    pub(crate) amounts: Amounts,
    pub(crate) pieces: u32,
}

impl Agent {
    pub(crate) fn new(total: Resources, measured: Amounts) -> Self {
        let has_gpus = total.iter().any(|r| r.name == Name::Gpus);
        Self {
            free: total.clone(),
            total,
            measured,
            ready: false,
            has_gpus,
            charges: BTreeMap::new(),
        }
    }

    /// A leaf of the tree has a piece more of it.
    pub(crate) fn take(&mut self, leaf: u32, resources: &Resources, amounts: &Amounts) {
        if self.free == *resources {
            self.free = Resources::new();
        } else {
            self.free -= resources;
        }
        let charge = self.charges.entry(leaf).or_default();
        charge.amounts.add(amounts, 1);
        charge.pieces += 1;
    }
}
