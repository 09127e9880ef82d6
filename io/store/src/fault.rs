//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use base_fault::Class;

use crate::{Epoch, Index};

/// A failure of the store, with what was being done and where. [`Fault::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system refused an operation on a file.
    #[error("cannot {op} {}: {source}", path.display())]
    Io {
        /// The operation, as a verb: `open`, `write`, `sync` ...
        op: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The disk is full, or would leave less than the headroom free. Nothing was written; reads go on, and appends work
    /// again once space is freed.
    #[error("disk full at {}: {free_bytes} bytes free, {needed_bytes} needed", path.display())]
    Full {
        /// A file or directory on the full file system.
        path: PathBuf,
        /// Free bytes found.
        free_bytes: u64,
        /// Bytes that the write needs, with the headroom.
        needed_bytes: u64,
    },
    /// Stored bytes are not what was written.
    #[error("{what} is corrupt at index {index}: {found}")]
    Corrupt {
        /// The first record that cannot be trusted; 0 when the damage is not in a record.
        index: Index,
        /// The file or table.
        what: String,
        /// What was found in place of what was expected.
        found: String,
    },
    /// The epoch of the caller is not the one that the store holds: another leader took over.
    #[error("fenced: the store holds epoch {held}, not {asked}")]
    Fenced {
        /// The epoch that the store holds.
        held: Epoch,
        /// The epoch of the caller.
        asked: Epoch,
    },
    /// The journal does not end where the caller believes.
    #[error("conflict: the journal ends at index {last}, not at {prev}")]
    Conflict {
        /// The index of the last record.
        last: Index,
        /// What the caller gave as the index before its batch.
        prev: Index,
    },
    /// The records asked for, or the place to cut, are not in the journal: dropped already or not yet written.
    #[error("index {asked} is outside the journal, which holds {first} to {last}")]
    Range {
        /// The index asked for.
        asked: Index,
        /// The first record that the journal still holds (one above `last` when it holds none).
        first: Index,
        /// The last record written.
        last: Index,
    },
    /// A record or batch is above its limit.
    #[error("{bytes} bytes are too large: the limit of a batch is {limit_bytes}")]
    TooLarge {
        /// Size of the batch with that record.
        bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Another process has the directory.
    #[error("{} is in use by {}", path.display(), holder.map_or("another process".to_string(), |pid| format!("process {pid}")))]
    Locked {
        /// The directory.
        path: PathBuf,
        /// The process id of the holder, if it could be read.
        holder: Option<u32>,
    },
    /// The data was written by a release with a newer format.
    #[error("{what} has format version {found}; this release reads up to {supported}")]
    Version {
        /// The file or table.
        what: String,
        /// The version found.
        found: u32,
        /// The highest version that this release reads.
        supported: u32,
    },
    /// The data belongs to another cluster.
    #[error("{what} belongs to cluster {found}, not to {expected}")]
    Foreign {
        /// The file.
        what: String,
        /// The cluster named in it.
        found: crate::ClusterId,
        /// The cluster of this store.
        expected: crate::ClusterId,
    },
    /// An earlier write or sync failed, so what is on the disk is unknown. Drop the store, open it again and reload.
    #[error("the store must be opened again: {cause}")]
    Poisoned {
        /// The failure that came first.
        cause: String,
    },
}

impl Fault {
    /// The stable code of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Io { .. } => "store_io",
            Fault::Full { .. } => "store_full",
            Fault::Corrupt { .. } => "store_corrupt",
            Fault::Fenced { .. } => "store_fenced",
            Fault::Conflict { .. } => "store_conflict",
            Fault::Range { .. } => "store_range",
            Fault::TooLarge { .. } => "store_too_large",
            Fault::Locked { .. } => "store_locked",
            Fault::Version { .. } => "store_version",
            Fault::Foreign { .. } => "store_foreign",
            Fault::Poisoned { .. } => "store_poisoned",
        }
    }

    /// The class of this failure for callers.
    pub fn class(&self) -> Class {
        match self {
            Fault::Full { .. } => Class::Exhausted,
            Fault::Io { .. } | Fault::Fenced { .. } | Fault::Locked { .. } | Fault::Poisoned { .. } => {
                Class::Unavailable
            }
            Fault::Conflict { .. } => Class::Conflict,
            Fault::Range { .. } => Class::NotFound,
            Fault::TooLarge { .. } => Class::Invalid,
            Fault::Version { .. } | Fault::Foreign { .. } => Class::Precondition,
            Fault::Corrupt { .. } => Class::Internal,
        }
    }

    /// Wraps an error of the operating system.
    pub(crate) fn io(op: &'static str, path: &Path, source: io::Error) -> Fault {
        Fault::Io {
            op,
            path: path.to_path_buf(),
            source,
        }
    }

    /// Damage that is not in a record.
    pub(crate) fn corrupt(path: &Path, found: impl Into<String>) -> Fault {
        Fault::Corrupt {
            index: Index::ZERO,
            what: path.display().to_string(),
            found: found.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_and_callers_are_told() {
        let full = Fault::Full {
            path: PathBuf::from("/d/journal"),
            free_bytes: 5,
            needed_bytes: 9,
        };
        assert_eq!(full.to_string(), "disk full at /d/journal: 5 bytes free, 9 needed");
        assert_eq!((full.code(), full.class()), ("store_full", Class::Exhausted));
        let held = Fault::Locked {
            path: PathBuf::from("/d"),
            holder: None,
        };
        assert_eq!(held.to_string(), "/d is in use by another process");
        let torn = Fault::Corrupt {
            index: Index(7),
            what: "journal".into(),
            found: "a wrong checksum".into(),
        };
        assert_eq!(torn.to_string(), "journal is corrupt at index 7: a wrong checksum");
    }
}
