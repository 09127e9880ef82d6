//! Where a record stands: its index, the epoch it was written in, the cluster it belongs to.

use std::fmt;

/// The place of a record in the journal: consecutive, the first record is 1. `Index(0)` stands before every record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(pub u64);

impl Index {
    /// The place before the first record: the `prev_index` of the first append.
    pub const ZERO: Index = Index(0);

    /// The index that is `records` places further.
    pub fn plus(self, records: u64) -> Index {
        Index(self.0.saturating_add(records))
    }

    /// The index of the record that follows.
    pub fn next(self) -> Index {
        self.plus(1)
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a leadership. It only grows; a store takes appends of the epoch it holds and of no other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The epoch of the next leadership.
    pub fn next(self) -> Epoch {
        Epoch(self.0.saturating_add(1))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An index with the epoch of the record that stands there. Ordered by epoch, then index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The epoch in which the record was appended.
    pub epoch: Epoch,
    /// The place of the record.
    pub index: Index,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.epoch, self.index)
    }
}

/// Which machine a record belongs to. The numbers are part of the journal format: the engine's edge assigns them once
/// and never reuses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineTag(pub u16);

impl fmt::Display for MachineTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The identity of a cluster, created once with its store: 16 bytes, printed as a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub [u8; 16]);

impl ClusterId {
    /// A new identity that no other cluster has (a random UUID, version 4).
    pub fn random() -> ClusterId {
        ClusterId(*uuid::Uuid::new_v4().as_bytes())
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_people_read() {
        let at = Position {
            epoch: Epoch(3),
            index: Index(41),
        };
        assert_eq!(at.to_string(), "3/41");
        assert_eq!(at.index.next(), Index(42));
        assert_eq!(
            ClusterId([0x11; 16]).to_string(),
            "11111111-1111-1111-1111-111111111111"
        );
        assert_ne!(ClusterId::random(), ClusterId::random());
    }
}
