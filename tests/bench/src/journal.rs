//! A journal that counts what it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use io_store::{Batch, ClusterId, Entries, Epoch, Fault, Index, Position, Store};

/// What a journal has taken so far. Shared.
#[derive(Debug, Default)]
pub struct Meter {
    nanos: AtomicU64,
    appends: AtomicU64,
    records: AtomicU64,
    bytes: AtomicU64,
}

impl Meter {
    /// Seconds inside of appends, disk included.
    pub fn seconds(&self) -> f64 {
        self.nanos.load(Ordering::Relaxed) as f64 / 1e9
    }

    /// Appends, records and bytes.
    pub fn counts(&self) -> (u64, u64, u64) {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (get(&self.appends), get(&self.records), get(&self.bytes))
    }
}

/// A store with a [`Meter`].
pub struct Metered<S> {
    store: S,
    meter: Arc<Meter>,
}

impl<S: Store> Metered<S> {
    /// Puts a meter on a store.
    pub fn new(store: S, meter: Arc<Meter>) -> Self {
        Self { store, meter }
    }
}

impl<S: Store> Store for Metered<S> {
    fn cluster(&self) -> ClusterId {
        self.store.cluster()
    }

    fn held(&self) -> Epoch {
        self.store.held()
    }

    fn last(&self) -> Position {
        self.store.last()
    }

    fn first(&self) -> Index {
        self.store.first()
    }

    fn fence(&mut self, epoch: Epoch) -> Result<(), Fault> {
        self.store.fence(epoch)
    }

    fn room(&self) -> Result<(), Fault> {
        self.store.room()
    }

    fn append(&mut self, epoch: Epoch, prev_index: Index, batch: &Batch) -> Result<Index, Fault> {
        let start = Instant::now();
        let result = self.store.append(epoch, prev_index, batch);
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.meter.nanos.fetch_add(nanos, Ordering::Relaxed);
        self.meter.appends.fetch_add(1, Ordering::Relaxed);
        self.meter.records.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.meter.bytes.fetch_add(batch.size_bytes() as u64, Ordering::Relaxed);
        result
    }

    fn read(&self, from: Index) -> Result<Entries<'_>, Fault> {
        self.store.read(from)
    }

    fn truncate(&mut self, to: Index) -> Result<(), Fault> {
        self.store.truncate(to)
    }
}
