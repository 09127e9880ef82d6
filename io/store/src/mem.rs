//! A store in memory with a disk that fails on order, for simulations and tests.
//!
//! Nothing here is random and nothing depends on time: the caller arms each fault, so the same calls give the same bytes.

use bytes::Bytes;

use crate::frame;
use crate::store::Ends;
use crate::{Batch, ClusterId, Entries, Epoch, Fault, Index, Store};

mod disk;

use disk::{Disk, META_BYTES, WHAT, poisoned};
pub use disk::{MemDisk, Strike, Struck};

/// A [`Store`] on a [`MemDisk`].
#[derive(Debug)]
pub struct MemStore {
    disk: MemDisk,
    cluster: ClusterId,
    ends: Ends,
    opened: u64,
    poison: Option<String>,
}

impl MemStore {
    /// Opens the journal on `disk` as a restarted process does. A store opened on it before can no longer write.
    pub fn open(disk: &MemDisk) -> MemStore {
        let mut inner = disk.disk();
        inner.recover();
        inner.opened += 1;
        let (cluster, ends, opened) = (inner.cluster, inner.ends, inner.opened);
        drop(inner);
        MemStore {
            disk: disk.clone(),
            cluster,
            ends,
            opened,
            poison: None,
        }
    }

    /// A store on a disk of its own, for tests that need no faults.
    pub fn new(cluster: ClusterId) -> MemStore {
        MemStore::open(&MemDisk::new(cluster))
    }

    fn usable(&self) -> Result<(), Fault> {
        match &self.poison {
            Some(cause) => Err(poisoned(cause)),
            None if self.disk.disk().opened != self.opened => Err(poisoned("it was opened again elsewhere")),
            None => Ok(()),
        }
    }

    /// Writes `bytes` bytes; `keep` puts on the disk what a failed write left there.
    fn write(&mut self, bytes: usize, keep: impl FnOnce(&mut Disk, usize)) -> Result<(), Fault> {
        let mut disk = self.disk.disk();
        let Err(torn) = disk.write(bytes) else { return Ok(()) };
        keep(&mut disk, torn.keep);
        self.poison = Some(torn.fault.to_string());
        Err(torn.fault)
    }
}

impl Store for MemStore {
    fn cluster(&self) -> ClusterId {
        self.cluster
    }

    fn held(&self) -> Epoch {
        self.ends.held
    }

    fn last(&self) -> crate::Position {
        self.ends.last
    }

    fn first(&self) -> Index {
        self.ends.first
    }

    fn fence(&mut self, epoch: Epoch) -> Result<(), Fault> {
        self.usable()?;
        self.ends.admit_fence(epoch)?;
        let set = |disk: &mut Disk, kept: usize| {
            if kept == META_BYTES {
                disk.ends.held = epoch;
            }
        };
        self.write(META_BYTES, set)?;
        set(&mut self.disk.disk(), META_BYTES);
        self.ends.held = epoch;
        Ok(())
    }

    /// A disk in memory is full when not one byte more fits.
    fn room(&self) -> Result<(), Fault> {
        self.disk.disk().admit(1)
    }

    fn append(&mut self, epoch: Epoch, prev_index: Index, batch: &Batch) -> Result<Index, Fault> {
        self.usable()?;
        self.ends.admit_append(epoch, prev_index)?;
        if batch.is_empty() {
            return Ok(prev_index);
        }
        self.disk.disk().admit(batch.size_bytes())?;
        let mut value = frame::header(batch, epoch, prev_index.next()).to_vec();
        value.extend_from_slice(batch.body());
        self.write(value.len(), |disk, kept| disk.tail = value[..kept].to_vec())?;
        let last = crate::Position {
            epoch,
            index: prev_index.plus(batch.len() as u64),
        };
        let mut disk = self.disk.disk();
        disk.frames.insert(prev_index.next(), value);
        disk.ends.last = last;
        self.ends.last = last;
        Ok(last.index)
    }

    fn read(&self, from: Index) -> Result<Entries<'_>, Fault> {
        self.usable()?;
        self.ends.admit_read(from)?;
        Ok(crate::walk::entries(
            from,
            self.ends.last.index,
            WHAT.to_string(),
            |key| {
                let disk = self.disk.disk();
                Ok(disk
                    .frames
                    .range(..=key)
                    .next_back()
                    .map(|(first, value)| (*first, Bytes::copy_from_slice(value))))
            },
        ))
    }

    fn truncate(&mut self, to: Index) -> Result<(), Fault> {
        self.usable()?;
        self.ends.admit_truncate(to)?;
        self.write(META_BYTES, |disk, kept| {
            if kept == META_BYTES {
                disk.truncate(to);
            }
        })?;
        let mut disk = self.disk.disk();
        disk.truncate(to);
        self.ends.first = disk.ends.first;
        Ok(())
    }
}
