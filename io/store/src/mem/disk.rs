//! A disk in memory that fails on order.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::frame::Frame;
use crate::store::Ends;
use crate::{ClusterId, Fault, Index};

/// Name of the journal in faults.
pub(super) const WHAT: &str = "journal in memory";
/// What a fence or a truncation writes.
pub(super) const META_BYTES: usize = 24;

/// A fault that strikes the next write (append, fence, truncate or snapshot) and is then spent. The store is poisoned
/// by it, as a real one is; [`crate::MemStore::open`] finds what the disk kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// The write fails after `keep_bytes` of it reached the disk. With all of them there the records are found again
    /// although their append failed, which a real disk does too.
    Write {
        /// Bytes that the disk keeps.
        keep_bytes: usize,
    },
    /// The write succeeds and the sync fails; the disk keeps `keep_bytes`.
    Sync {
        /// Bytes that the disk keeps.
        keep_bytes: usize,
    },
}

/// How often each kind of fault has struck.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Struck {
    /// [`Strike::Write`].
    pub writes: u64,
    /// [`Strike::Sync`].
    pub syncs: u64,
    /// Stops by [`MemDisk::stop_after`].
    pub stops: u64,
    /// Refusals for want of space.
    pub full: u64,
    /// Bits flipped.
    pub flips: u64,
    /// Unacknowledged tails that an opening dropped.
    pub torn_tails: u64,
}

/// What the disk holds. It outlives the store that writes to it, as a disk outlives a process.
#[derive(Debug)]
pub(crate) struct Disk {
    pub(super) cluster: ClusterId,
    pub(super) ends: Ends,
    pub(super) frames: BTreeMap<Index, Vec<u8>>,
    /// What an append that failed left behind the last acknowledged frame.
    pub(super) tail: Vec<u8>,
    pub(crate) snapshots: BTreeMap<Index, Vec<u8>>,
    capacity_bytes: u64,
    strike: Option<Strike>,
    stop_after: Option<u64>,
    pub(super) opened: u64,
    struck: Struck,
}

/// The failure of a write, with how many of its bytes the disk kept.
pub(crate) struct Torn {
    pub keep: usize,
    pub fault: Fault,
}

impl Disk {
    fn used_bytes(&self) -> u64 {
        self.frames
            .values()
            .chain(self.snapshots.values())
            .map(|bytes| bytes.len() as u64)
            .sum()
    }

    /// Refuses a write that does not fit, before any of it is written.
    pub(crate) fn admit(&mut self, bytes: usize) -> Result<(), Fault> {
        let free = self.capacity_bytes.saturating_sub(self.used_bytes());
        if bytes as u64 <= free {
            return Ok(());
        }
        self.struck.full += 1;
        Err(Fault::Full {
            path: PathBuf::from(WHAT),
            free_bytes: free,
            needed_bytes: bytes as u64,
        })
    }

    /// Plays the armed faults on a write of `bytes`.
    pub(crate) fn write(&mut self, bytes: usize) -> Result<(), Torn> {
        if let Some(left) = self.stop_after {
            if (left as usize) < bytes {
                self.struck.stops += 1;
                self.stop_after = Some(0);
                return Err(Torn {
                    keep: left as usize,
                    fault: poisoned("the machine stopped"),
                });
            }
            self.stop_after = Some(left - bytes as u64);
        }
        let (op, keep) = match self.strike.take() {
            None => return Ok(()),
            Some(Strike::Write { keep_bytes }) => {
                self.struck.writes += 1;
                ("write", keep_bytes)
            }
            Some(Strike::Sync { keep_bytes }) => {
                self.struck.syncs += 1;
                ("sync", keep_bytes)
            }
        };
        let source = io::Error::other("the disk failed on order");
        Err(Torn {
            keep: keep.min(bytes),
            fault: Fault::Io {
                op,
                path: PathBuf::from(WHAT),
                source,
            },
        })
    }

    /// What opening finds: a whole frame behind the acknowledged ones is part of the journal, anything less is dropped.
    pub(super) fn recover(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        if tail.is_empty() {
            return;
        }
        match Frame::check(self.ends.last.index.next(), Bytes::from(tail.clone()), WHAT) {
            Ok(frame) => {
                self.ends.last = frame.last();
                self.frames.insert(frame.first, tail);
            }
            Err(_) => self.struck.torn_tails += 1,
        }
    }

    pub(super) fn truncate(&mut self, to: Index) {
        self.ends.first = self
            .ends
            .first_after_cut(to, self.frames.range(..=to.next()).next_back().map(|(key, _)| *key));
        self.frames = self.frames.split_off(&self.ends.first);
    }
}

/// A handle on a disk in memory: clones are the same disk.
#[derive(Debug, Clone)]
pub struct MemDisk(Arc<Mutex<Disk>>);

impl MemDisk {
    /// An empty disk without a limit, for the journal of `cluster`.
    pub fn new(cluster: ClusterId) -> MemDisk {
        MemDisk(Arc::new(Mutex::new(Disk {
            cluster,
            ends: Ends::empty(),
            frames: BTreeMap::new(),
            tail: Vec::new(),
            snapshots: BTreeMap::new(),
            capacity_bytes: u64::MAX,
            strike: None,
            stop_after: None,
            opened: 0,
            struck: Struck::default(),
        })))
    }

    /// Arms a fault for the next write; it replaces one that has not struck.
    pub fn arm(&self, strike: Strike) {
        self.disk().strike = Some(strike);
    }

    /// Stops the machine at the first write that goes past `bytes` more bytes: what fits is kept, every later write
    /// fails. `None` lets it run.
    pub fn stop_after(&self, bytes: Option<u64>) {
        self.disk().stop_after = bytes;
    }

    /// Sets the size of the disk. A write that does not fit is [`Fault::Full`] and poisons nothing.
    pub fn set_capacity(&self, bytes: u64) {
        self.disk().capacity_bytes = bytes;
    }

    /// Bytes in use: batches and snapshots.
    pub fn used_bytes(&self) -> u64 {
        self.disk().used_bytes()
    }

    /// Flips one bit of the stored batch that holds `index`; `bit` counts from its first byte and wraps at its end.
    /// False when the journal does not hold `index`.
    pub fn flip_batch(&self, index: Index, bit: usize) -> bool {
        let mut disk = self.disk();
        if index < disk.ends.first || index > disk.ends.last.index {
            return false;
        }
        let Some((_, frame)) = disk.frames.range_mut(..=index).next_back() else {
            return false;
        };
        flip(frame, bit);
        disk.struck.flips += 1;
        true
    }

    /// Flips one bit of the snapshot at `index`, as [`MemDisk::flip_batch`] does.
    pub fn flip_snapshot(&self, index: Index, bit: usize) -> bool {
        let mut disk = self.disk();
        let Some(bytes) = disk.snapshots.get_mut(&index) else {
            return false;
        };
        flip(bytes, bit);
        disk.struck.flips += 1;
        true
    }

    /// How often each fault has struck since the disk was made.
    pub fn struck(&self) -> Struck {
        self.disk().struck
    }

    pub(crate) fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn flip(bytes: &mut [u8], bit: usize) {
    if let Some(len) = std::num::NonZeroUsize::new(bytes.len()) {
        bytes[bit / 8 % len] ^= 1 << (bit % 8);
    }
}

pub(super) fn poisoned(cause: &str) -> Fault {
    Fault::Poisoned {
        cause: cause.to_string(),
    }
}
