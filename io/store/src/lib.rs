//! The one journal of the control plane, and the snapshots that let it be cut.
//!
//! A [`Store`] keeps records in order: each [`Batch`] becomes durable as a whole and each record gets the next [`Index`].
//! [`FileStore`] keeps it in a file, [`MemStore`] in memory with faults on order.

mod batch;
#[cfg(test)]
mod crash;
mod disk;
mod fault;
mod file;
mod frame;
mod guard;
mod locate;
mod lock;
mod mem;
mod meta;
mod position;
mod snapshot;
mod store;
mod tip;
mod walk;

pub use batch::{BATCH_LIMIT_BYTES, Batch};
pub use fault::Fault;
pub use file::{FileOptions, FileStore};
pub use lock::DirLock;
pub use mem::{MemDisk, MemStore, Strike, Struck};
pub use position::{ClusterId, Epoch, Index, MachineTag, Position};
pub use snapshot::{Body, FileSnapshots, KEPT_SNAPSHOTS, MemSnapshots, Restore, Snapshot, Snapshots};
pub use store::{Entries, Entry, Record, Store};
