//! Reading a journal batch by batch, the same for every store.

use bytes::Bytes;

use crate::frame::Frame;
use crate::{Entries, Entry, Epoch, Fault, Index};

/// The entries from `from` to `last`. `find` gives the stored batch with the highest first index at or below the one
/// asked for. A batch that is damaged, missing, or of an older epoch than the one before it ends the walk with a fault.
pub(crate) fn entries<'a>(
    from: Index,
    last: Index,
    what: String,
    find: impl FnMut(Index) -> Result<Option<(Index, Bytes)>, Fault> + Send + 'a,
) -> Entries<'a> {
    Box::new(Walk {
        next: from,
        last,
        epoch: Epoch(0),
        what,
        find,
        ready: Vec::new().into_iter(),
        ended: false,
    })
}

struct Walk<F> {
    next: Index,
    last: Index,
    epoch: Epoch,
    what: String,
    find: F,
    ready: std::vec::IntoIter<Entry>,
    ended: bool,
}

impl<F: FnMut(Index) -> Result<Option<(Index, Bytes)>, Fault>> Walk<F> {
    /// Fetches the batch that holds `next`.
    fn load(&mut self) -> Result<(), Fault> {
        let (key, value) = (self.find)(self.next)?.ok_or_else(|| self.corrupt("no batch".to_string()))?;
        let frame = Frame::check(key, value, &self.what)?;
        if frame.last().index < self.next {
            return Err(self.corrupt(format!("a gap after {}", frame.last().index)));
        }
        if frame.epoch < self.epoch {
            return Err(self.corrupt(format!("epoch {} after {}", frame.epoch, self.epoch)));
        }
        self.epoch = frame.epoch;
        let before = self.next.0 - key.0;
        self.next = frame.last().index.next();
        let mut entries = frame.entries(&self.what)?.into_iter();
        if before > 0 {
            entries.nth(before as usize - 1);
        }
        self.ready = entries;
        Ok(())
    }

    fn corrupt(&self, found: String) -> Fault {
        Fault::Corrupt {
            index: self.next,
            what: self.what.clone(),
            found,
        }
    }
}

impl<F: FnMut(Index) -> Result<Option<(Index, Bytes)>, Fault>> Iterator for Walk<F> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.ready.next() {
            return Some(Ok(entry));
        }
        if self.ended || self.next > self.last {
            return None;
        }
        match self.load() {
            Ok(()) => self.ready.next().map(Ok),
            Err(fault) => {
                self.ended = true;
                Some(Err(fault))
            }
        }
    }
}
