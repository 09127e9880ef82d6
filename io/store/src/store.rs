//! The journal as the engine sees it.

use bytes::Bytes;

use crate::{Batch, ClusterId, Epoch, Fault, Index, MachineTag, Position};

/// What one append carries to the journal and one read brings back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The machine whose event this is.
    pub machine: MachineTag,
    /// The version of the format of `bytes`.
    pub version: u16,
    /// The event, opaque to the store. A cheap slice of the batch it was stored in.
    pub bytes: Bytes,
}

/// A record with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The place in the journal.
    pub index: Index,
    /// The leadership that wrote it.
    pub epoch: Epoch,
    /// What was written.
    pub record: Record,
}

/// Entries in order of their index. It ends after the first fault.
pub type Entries<'a> = Box<dyn Iterator<Item = Result<Entry, Fault>> + Send + 'a>;

/// One journal. Calls block until done: they belong on the engine's writer thread.
///
/// After [`Fault::Io`] or [`Fault::Poisoned`] from a write the state on the disk is unknown: the records of that batch may or
/// may not be there. Drop the store, open it again and reload. No other fault changes anything.
pub trait Store: Send {
    /// The cluster this journal belongs to, fixed when the journal was created.
    fn cluster(&self) -> ClusterId;

    /// The epoch that appends must carry. `Epoch(0)` when nobody has fenced yet.
    fn held(&self) -> Epoch;

    /// The last record ever written, dropped or not; `0/0` in a new journal.
    fn last(&self) -> Position;

    /// The first record that can be read; one above [`Store::last`] when the journal holds none.
    fn first(&self) -> Index;

    /// Takes the journal for `epoch`, durably. A lower epoch than the one held is [`Fault::Fenced`]; the same is a success.
    fn fence(&mut self, epoch: Epoch) -> Result<(), Fault>;

    /// Whether an append of any size would be taken now, as far as space goes.
    ///
    /// # Errors
    /// [`Fault::Full`], without any write.
    fn room(&self) -> Result<(), Fault>;

    /// Appends `batch` after the record `prev_index`, and returns the index of its last record once all of it is durable.
    /// Either the whole batch is in the journal or nothing of it. An empty batch is checked and writes nothing.
    ///
    /// [`Fault::Fenced`] unless `epoch` is the one held, [`Fault::Conflict`] unless the journal ends at `prev_index`,
    /// [`Fault::Full`] before anything is written.
    fn append(&mut self, epoch: Epoch, prev_index: Index, batch: &Batch) -> Result<Index, Fault>;

    /// The records from `from` on, as they are now. `from` may be one above the last (nothing to read); any other index
    /// outside the journal is [`Fault::Range`].
    fn read(&self, from: Index) -> Result<Entries<'_>, Fault>;

    /// Drops records up to `to`, which a snapshot covers. Records leave by whole batches, so some at or below `to` may stay
    /// readable. An index below the first record is a success, one above the last is [`Fault::Range`].
    fn truncate(&mut self, to: Index) -> Result<(), Fault>;
}

/// The ends of a journal and the rules of appending, the same for every store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ends {
    pub held: Epoch,
    pub first: Index,
    pub last: Position,
}

impl Ends {
    /// A journal without records.
    pub fn empty() -> Ends {
        Ends {
            held: Epoch(0),
            first: Index(1),
            last: Position::default(),
        }
    }

    pub fn admit_fence(&self, asked: Epoch) -> Result<(), Fault> {
        if asked < self.held {
            Err(Fault::Fenced { held: self.held, asked })
        } else {
            Ok(())
        }
    }

    pub fn admit_append(&self, asked: Epoch, prev: Index) -> Result<(), Fault> {
        if asked != self.held {
            return Err(Fault::Fenced { held: self.held, asked });
        }
        if prev != self.last.index {
            return Err(Fault::Conflict {
                last: self.last.index,
                prev,
            });
        }
        Ok(())
    }

    pub fn admit_read(&self, from: Index) -> Result<(), Fault> {
        if from < self.first || from > self.last.index.next() {
            Err(self.range(from))
        } else {
            Ok(())
        }
    }

    pub fn admit_truncate(&self, to: Index) -> Result<(), Fault> {
        if to > self.last.index {
            Err(self.range(to))
        } else {
            Ok(())
        }
    }

    /// The first record that stays when all up to `to` may go: the start of the batch that holds the record after `to`.
    /// `kept` is the highest start of a batch at or below that record.
    pub fn first_after_cut(&self, to: Index, kept: Option<Index>) -> Index {
        if to == self.last.index {
            to.next()
        } else {
            kept.unwrap_or(self.first).max(self.first)
        }
    }

    fn range(&self, asked: Index) -> Fault {
        Fault::Range {
            asked,
            first: self.first,
            last: self.last.index,
        }
    }
}
