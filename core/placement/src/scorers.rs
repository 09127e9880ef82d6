//! Which of the agents that may take an instance gets it.

mod pack;
mod spread;

use crate::node::Amounts;

/// How agents are preferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// First agents with the fewest instances of the app, then the emptiest.
    #[default]
    Spread,
    /// The fullest agent that still fits.
    Pack,
}

/// The preference for an agent: the smallest goes first.
pub(crate) type Preference = (u32, i64, u32);

impl Policy {
    pub(crate) fn preference(self, own: u32, emptiness: i64, node: u32) -> Preference {
        match self {
            Self::Spread => spread::preference(own, emptiness, node),
            Self::Pack => pack::preference(emptiness, node),
        }
    }
}

/// How empty an agent is, in millionths of the largest agent of the pool: by what it has least of.
pub(crate) fn emptiness(free: &Amounts, largest: &Amounts) -> i64 {
    let part = |free: i64, largest: i64| (i128::from(free.max(0)) * 1_000_000 / i128::from(largest.max(1))) as i64;
    part(free.cpus, largest.cpus).min(part(free.mem, largest.mem))
}
