use std::{
    io::{BufWriter, Write},
    sync::mpsc::{Receiver, TryRecvError, channel},
};

use core_machine::Machine;
use io_store::{Fault, Index, Position, Snapshots, Store};
use minicbor::encode::write::Writer;
use tracing::{error, info};

use crate::load::Saved;

/// A snapshot is encoded in pieces of this size: the codec writes a few bytes at a time.
const CHUNK_BYTES: usize = 64 << 10;

type Saving = Receiver<(Box<dyn Snapshots>, Result<Index, Fault>, u64)>;

/// Takes snapshots beside the writer, and cuts the journal behind them.
///
/// One is due after so many records, but not before the journal has grown by as many bytes as the last one had: a large
/// state is then written about as often as its facts are, and a restart reads at most about two of it.
pub(crate) struct Keeper {
    idle: Option<Box<dyn Snapshots>>,
    busy: Option<Saving>,
    every: u64,
    last: Index,
    /// What was appended since the last snapshot.
    grown_bytes: u64,
    /// How large the last snapshot was; 0 until this process has taken one.
    size_bytes: u64,
}

impl Keeper {
    pub(crate) fn new(snapshots: Box<dyn Snapshots>, every: u64, store: &dyn Store) -> Self {
        let last = snapshots
            .list()
            .ok()
            .and_then(|all| all.first().copied())
            .unwrap_or_default();
        let last = last.max(Index(store.first().0.saturating_sub(1)));
        Self {
            idle: Some(snapshots),
            busy: None,
            every: every.max(1),
            last,
            grown_bytes: 0,
            size_bytes: 0,
        }
    }

    /// The snapshots, unless one is being written.
    pub(crate) fn idle(&self) -> Option<&dyn Snapshots> {
        self.idle.as_deref()
    }

    /// Waits for a snapshot that is being written.
    pub(crate) fn settle(&mut self) {
        if let Some((snapshots, ..)) = self.busy.take().and_then(|busy| busy.recv().ok()) {
            self.idle = Some(snapshots);
        }
    }

    /// Called after each batch with the bytes that it appended: starts a snapshot when enough has happened, and cuts the
    /// journal after one.
    pub(crate) fn turn<M: Machine>(&mut self, store: &mut dyn Store, bytes: u64, state: impl FnOnce() -> Saved<M>) {
        self.collect(store);
        self.grown_bytes += bytes;
        let at = store.last();
        if at.index.0.saturating_sub(self.last.0) < self.every || self.grown_bytes < self.size_bytes {
            return;
        }
        if let Some(snapshots) = self.idle.take() {
            (self.last, self.grown_bytes) = (at.index, 0);
            self.start(snapshots, at, state());
        }
    }

    fn start<M: Machine>(&mut self, mut snapshots: Box<dyn Snapshots>, at: Position, saved: Saved<M>) {
        let (done, busy) = channel();
        self.busy = Some(busy);
        std::thread::spawn(move || {
            let mut size = 0;
            let result = snapshots
                .save(at, &mut |out| {
                    let mut out = BufWriter::with_capacity(CHUNK_BYTES, Counted { out, bytes: &mut size });
                    minicbor::encode(&saved, Writer::new(&mut out)).map_err(std::io::Error::other)?;
                    out.flush()
                })
                .and_then(|()| snapshots.cut());
            drop(done.send((snapshots, result, size)));
        });
    }

    fn collect(&mut self, store: &mut dyn Store) {
        let Some(busy) = &self.busy else { return };
        match busy.try_recv() {
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => {
                self.busy = None;
                error!("the snapshot thread panicked; no further snapshots are taken");
            }
            Ok((snapshots, result, size)) => {
                self.busy = None;
                self.idle = Some(snapshots);
                self.size_bytes = size;
                match result.and_then(|cut| store.truncate(cut).map(|()| cut)) {
                    Ok(cut) => info!(index = self.last.0, cut = cut.0, "snapshot taken"),
                    Err(error) => error!(%error, "no snapshot; the journal keeps growing"),
                }
            }
        }
    }
}

/// Counts what goes through.
struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: &'a mut u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        *self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
