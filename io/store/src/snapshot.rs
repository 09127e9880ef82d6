//! Images of the machines' state, so that the journal before them can be dropped.

use std::io::{self, Read, Write};

use crate::{Fault, Index, Position, Store};

mod file;
mod format;
mod mem;

pub use file::FileSnapshots;
pub use mem::MemSnapshots;

/// How many good snapshots are kept: the newest, and one to fall back to.
pub const KEPT_SNAPSHOTS: usize = 2;

/// Writes the state into a snapshot. It may be called from any thread; an error ends the snapshot.
pub type Body<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// A snapshot whose checksum was right when it was opened.
pub struct Snapshot {
    /// The last record whose effect is in it.
    pub at: Position,
    /// Bytes of its content.
    pub length_bytes: u64,
    /// The content, as the writer of the snapshot gave it.
    pub content: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({}, {} bytes)", self.at, self.length_bytes)
    }
}

/// Where a start begins: the state of a snapshot, then the journal from the record after it.
#[derive(Debug)]
pub struct Restore {
    /// The newest good snapshot, or `None` to begin with empty machines.
    pub snapshot: Option<Snapshot>,
    /// The first record to replay.
    pub from: Index,
    /// Newer snapshots that were passed over, with what is wrong with each. Someone should be told.
    pub damaged: Vec<Fault>,
}

/// The snapshots of one cluster.
pub trait Snapshots: Send {
    /// Writes the state as of the record `at`, durably, and then removes what is older than the newest
    /// [`KEPT_SNAPSHOTS`] good ones. A failure leaves the earlier snapshots as they were.
    fn save(&mut self, at: Position, body: Body<'_>) -> Result<(), Fault>;

    /// The places of all snapshots, newest first, damaged ones among them.
    fn list(&self) -> Result<Vec<Index>, Fault>;

    /// Opens the snapshot at `index`, checking all of it. [`Fault::Corrupt`] when it is not what was saved,
    /// [`Fault::Version`] when a newer release wrote it, [`Fault::Foreign`] when it belongs to another cluster.
    fn open(&self, index: Index) -> Result<Snapshot, Fault>;

    /// Up to where the journal may be dropped: the oldest of [`KEPT_SNAPSHOTS`] good snapshots, so that the newest may
    /// turn out damaged. `Index::ZERO` while there are fewer.
    fn cut(&self) -> Result<Index, Fault> {
        let mut good = 0;
        for index in self.list()? {
            match self.open(index) {
                Ok(_) => good += 1,
                Err(Fault::Corrupt { .. }) => {}
                Err(fault) => return Err(fault),
            }
            if good == KEPT_SNAPSHOTS {
                return Ok(index);
            }
        }
        Ok(Index::ZERO)
    }

    /// Chooses where to begin on `journal`: the newest good snapshot from which the journal goes on without a gap.
    /// [`Fault::Corrupt`] when there is no such way.
    fn restore(&self, journal: &dyn Store) -> Result<Restore, Fault> {
        let (first, last) = (journal.first(), journal.last().index);
        let mut damaged = Vec::new();
        for index in self.list()? {
            if index > last {
                return Err(broken(
                    last.next(),
                    format!("an end at {last}, before the snapshot at {index}"),
                ));
            }
            if index.next() < first {
                break;
            }
            match self.open(index) {
                Ok(snapshot) => {
                    return Ok(Restore {
                        snapshot: Some(snapshot),
                        from: index.next(),
                        damaged,
                    });
                }
                Err(fault @ Fault::Corrupt { .. }) => damaged.push(fault),
                Err(fault) => return Err(fault),
            }
        }
        if first == Index(1) {
            return Ok(Restore {
                snapshot: None,
                from: first,
                damaged,
            });
        }
        let worst = damaged.pop().map_or(String::new(), |fault| format!(" ({fault})"));
        Err(broken(
            Index(1),
            format!("a start at {first}, and no good snapshot of what was before it{worst}"),
        ))
    }
}

fn broken(index: Index, found: String) -> Fault {
    Fault::Corrupt {
        index,
        what: "journal".to_string(),
        found,
    }
}
