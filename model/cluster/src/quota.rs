use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use model_resources::{Name, Quantities, Scalar};

/// What a role is promised and what it may not exceed (Mesos' `QuotaConfig`). Scalars only; the default is neither.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Quota {
    /// Kept free for the role while it has less.
    #[n(0)]
    pub guarantees: Quantities,
    /// The most that it may have of each name; a name that is absent is not limited, zero is a limit.
    #[n(1)]
    pub limits: BTreeMap<Name, Scalar>,
}

impl Quota {
    /// The older form, in which what is guaranteed is the limit too.
    pub fn of_guarantee(guarantee: Quantities) -> Self {
        let limits = guarantee.iter().map(|(name, amount)| (name.clone(), amount)).collect();
        Self {
            guarantees: guarantee,
            limits,
        }
    }

    /// Whether it says nothing.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The first amount that is above its limit, with the limit.
    pub fn exceeded<'a>(&'a self, amounts: &'a Quantities) -> Option<(&'a Name, Scalar, Scalar)> {
        let limited = amounts
            .iter()
            .filter_map(|(name, amount)| Some((name, amount, *self.limits.get(name)?)));
        limited.into_iter().find(|(_, amount, limit)| amount > limit)
    }
}
