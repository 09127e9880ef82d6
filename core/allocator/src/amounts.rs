use model_resources::{Name, Quantities, Resource, Resources, Scalar};
use smallvec::SmallVec;

/// Scalars in thousandths, at the positions that [`Kinds`] gives to their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts(SmallVec<[i64; 4]>);

impl Amounts {
    /// Adds `other`, or takes it away for a `sign` of -1.
    pub(crate) fn add(&mut self, other: &Self, sign: i64) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += sign * theirs;
        }
    }

    fn add_at(&mut self, at: usize, amount: i64) {
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] += amount;
    }

    /// The largest part of `totals` that this is, over all kinds: the dominant share. Zero of nothing is no share.
    pub(crate) fn dominant_share(&self, totals: &Self, excluded: &[usize]) -> f64 {
        let parts = self.0.iter().zip(&totals.0).enumerate();
        let parts = parts.filter(|(at, (_, total))| **total > 0 && !excluded.contains(at));
        parts
            .map(|(_, (mine, total))| *mine as f64 / *total as f64)
            .fold(0.0, f64::max)
    }

    /// The amount at a position.
    pub(crate) fn at(&self, position: usize) -> i64 {
        self.0.get(position).copied().unwrap_or(0)
    }

    /// The amounts in order of positions.
    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }

    /// What this has more than `other`, never below zero.
    pub(crate) fn beyond(&self, other: &Self) -> Self {
        let parts = self.0.iter().enumerate();
        Self(parts.map(|(at, mine)| (mine - other.at(at)).max(0)).collect())
    }

    /// Whether there is nothing of anything.
    pub(crate) fn is_zero(&self) -> bool {
        self.0.iter().all(|amount| *amount == 0)
    }

    /// The same without zeros at the end, so that equal amounts are equal.
    pub(crate) fn trimmed(&self) -> Self {
        let len = self.0.iter().rposition(|n| *n != 0).map_or(0, |last| last + 1);
        Self(self.0[..len].into())
    }
}

/// The scalars of something, and how much of them counts towards a quota: what is neither reserved nor revocable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) all: Amounts,
    pub(crate) counted: Amounts,
}

impl Measure {
    /// Adds `other`, or takes it away for a `sign` of -1.
    pub(crate) fn add(&mut self, other: &Self, sign: i64) {
        self.all.add(&other.all, sign);
        self.counted.add(&other.counted, sign);
    }
}

/// The scalar names seen so far; the usual ones come first. Positions never change.
#[derive(Clone, Debug)]
pub(crate) struct Kinds(Vec<Name>);

impl Default for Kinds {
    fn default() -> Self {
        Self(vec![Name::Cpus, Name::Mem, Name::Disk, Name::Gpus])
    }
}

impl Kinds {
    /// Gives every scalar name of some resources a position.
    pub(crate) fn learn(&mut self, resources: &Resources) {
        for (name, _) in scalars(resources) {
            if self.position(name).is_none() {
                self.0.push(name.clone());
            }
        }
    }

    /// The scalars of some resources; of names never learned, nothing.
    pub(crate) fn measure(&self, resources: &Resources) -> Measure {
        let all = self.sum(resources, |_| true);
        let counted = if resources.iter().all(is_counted) {
            all.clone()
        } else {
            self.sum(resources, is_counted)
        };
        Measure { all, counted }
    }

    /// The scalars of those resources that `keep` accepts.
    pub(crate) fn sum(&self, resources: &Resources, keep: impl Fn(&Resource) -> bool) -> Amounts {
        let mut amounts = Amounts::default();
        for resource in resources.iter().filter(|r| keep(r)) {
            if let (Some(amount), Some(at)) = (resource.value.as_scalar(), self.position(&resource.name)) {
                amounts.add_at(at, amount.millis());
            }
        }
        amounts
    }

    /// Amounts by name as they are here; gives new names a position.
    pub(crate) fn amounts<'a>(&mut self, named: impl Iterator<Item = (&'a Name, Scalar)>) -> Amounts {
        let mut amounts = Amounts::default();
        for (name, amount) in named {
            let at = self.position(name).unwrap_or_else(|| {
                self.0.push(name.clone());
                self.0.len() - 1
            });
            amounts.add_at(at, amount.millis());
        }
        amounts
    }

    /// The reverse.
    pub(crate) fn named(&self, amounts: &Amounts) -> Quantities {
        let named = self.0.iter().zip(amounts.iter());
        named
            .map(|(name, amount)| (name.clone(), Scalar::from_millis(amount)))
            .collect()
    }

    /// The positions of some names; gives new ones a position.
    pub(crate) fn positions(&mut self, names: &[Name]) -> Vec<usize> {
        for name in names {
            drop(self.amounts([(name, Scalar::ZERO)].into_iter()));
        }
        names.iter().filter_map(|name| self.position(name)).collect()
    }

    pub(crate) fn position(&self, name: &Name) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

/// Whether a resource counts towards the quota of the role that it is allocated to.
pub(crate) fn is_counted(resource: &Resource) -> bool {
    !resource.is_reserved() && !resource.is_revocable()
}

fn scalars(resources: &Resources) -> impl Iterator<Item = (&Name, Scalar)> {
    resources.iter().filter_map(|r| Some((&r.name, r.value.as_scalar()?)))
}
