use base_clock::Timestamp;
use imbl::OrdSet;

/// Whether the agents came back to a new leader.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Recovery {
    /// Those that have not, by slot. They are waited for.
    pub(crate) missing: OrdSet<u32>,
    /// How many there were when this leadership began.
    pub(crate) known: usize,
    /// So many are missing that none is removed before this time.
    pub(crate) held_until: Option<Timestamp>,
}

/// Agents that are not removed though they did not come back to a new leader: too many did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldRemovals {
    /// How many did not.
    pub missing: usize,
    /// Of how many.
    pub known: usize,
    /// When it is considered again.
    pub until: Timestamp,
}

impl Recovery {
    /// Whether the removal of all that are missing would take more than this share of the agents.
    pub(crate) fn exceeds(&self, limit: f64) -> bool {
        self.missing.len() as f64 > limit * self.known as f64
    }

    /// The agent in this slot is back, gone or removed.
    pub(crate) fn settle(&mut self, slot: u32) {
        if self.missing.remove(&slot).is_some() && self.missing.is_empty() {
            self.held_until = None;
        }
    }

    /// What is held back.
    pub(crate) fn held(&self) -> Option<HeldRemovals> {
        Some(HeldRemovals {
            missing: self.missing.len(),
            known: self.known,
            until: self.held_until?,
        })
    }
}
