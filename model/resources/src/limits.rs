//! `Limits`: at most how much of what.
use std::collections::BTreeMap;
use std::fmt;

use crate::{Name, Quantities, Scalar};

/// Upper bounds by name; an absent name has no bound, and zero is a bound. For quota limits.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Limits(#[n(0)] BTreeMap<Name, Scalar>);

impl Limits {
    /// No bounds.
    pub fn new() -> Self {
        Self::default()
    }

    /// True when nothing is bounded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bound on `name`; none if unlimited.
    pub fn get(&self, name: &Name) -> Option<Scalar> {
        self.0.get(name).copied()
    }

    /// Sets the bound on `name`; none lifts it.
    pub fn set(&mut self, name: Name, bound: Option<Scalar>) {
        match bound {
            Some(bound) => self.0.insert(name, bound),
            None => self.0.remove(&name),
        };
    }

    /// The bounds in the order of the names.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Name, Scalar)> + ExactSizeIterator {
        self.0.iter().map(|(name, bound)| (name, *bound))
    }

    /// True when no amount of `quantities` is above its bound.
    pub fn contains(&self, quantities: &Quantities) -> bool {
        quantities
            .iter()
            .all(|(name, amount)| self.get(name).is_none_or(|bound| amount <= bound))
    }

    /// True when every bound of `other` is here too and at least as tight here.
    pub fn is_within(&self, other: &Limits) -> bool {
        other
            .0
            .iter()
            .all(|(name, bound)| self.get(name).is_some_and(|mine| mine <= *bound))
    }

    /// What is left below the bounds once `used` is taken; zero where the bound is passed.
    pub fn headroom(&self, used: &Quantities) -> Limits {
        Self(
            self.0
                .iter()
                .map(|(name, bound)| (name.clone(), bound.saturating_sub(used.get(name))))
                .collect(),
        )
    }
}

impl FromIterator<(Name, Scalar)> for Limits {
    fn from_iter<I: IntoIterator<Item = (Name, Scalar)>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl fmt::Display for Limits {
    /// `cpus:10;mem:0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, bound)) in self.0.iter().enumerate() {
            let semicolon = if i == 0 { "" } else { ";" };
            write!(f, "{semicolon}{name}:{bound}")?;
        }
        Ok(())
    }
}
