use model_resources::{Name, Resources, Scalar};
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

    /// The largest part of `totals` that this is, over all kinds: the dominant share. Zero of nothing is no share.
    pub(crate) fn dominant_share(&self, totals: &Self) -> f64 {
        let parts = self.0.iter().zip(&totals.0).filter(|(_, total)| **total > 0);
        parts
            .map(|(mine, total)| *mine as f64 / *total as f64)
            .fold(0.0, f64::max)
    }

    /// The same without zeros at the end, so that equal amounts are equal.
    pub(crate) fn trimmed(&self) -> Self {
        let len = self.0.iter().rposition(|n| *n != 0).map_or(0, |last| last + 1);
        Self(self.0[..len].into())
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
    pub(crate) fn measure(&self, resources: &Resources) -> Amounts {
        let mut amounts = Amounts::default();
        for (name, amount) in scalars(resources) {
            let Some(at) = self.position(name) else {
                continue;
            };
            if amounts.0.len() <= at {
                amounts.0.resize(at + 1, 0);
            }
            amounts.0[at] += amount.millis();
        }
        amounts
    }

    fn position(&self, name: &Name) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

fn scalars(resources: &Resources) -> impl Iterator<Item = (&Name, Scalar)> {
    resources.iter().filter_map(|r| Some((&r.name, r.value.as_scalar()?)))
}
