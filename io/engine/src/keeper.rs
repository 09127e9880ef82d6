use std::sync::mpsc::{Receiver, TryRecvError, channel};

use core_machine::Machine;
use io_store::{Fault, Index, Position, Snapshots, Store};
use tracing::{error, info};

use crate::load::Saved;

type Saving = Receiver<(Box<dyn Snapshots>, Result<Index, Fault>)>;

/// Takes snapshots beside the writer, and cuts the journal behind them.
pub(crate) struct Keeper {
    idle: Option<Box<dyn Snapshots>>,
    busy: Option<Saving>,
    every: u64,
    last: Index,
}

impl Keeper {
    pub(crate) fn new(snapshots: Box<dyn Snapshots>, every: u64, store: &dyn Store) -> Self {
        let last = snapshots.list().ok().and_then(|all| all.first().copied()).unwrap_or_default();
        let last = last.max(Index(store.first().0.saturating_sub(1)));
        Self { idle: Some(snapshots), busy: None, every: every.max(1), last }
    }

    /// The snapshots, unless one is being written.
    pub(crate) fn idle(&self) -> Option<&dyn Snapshots> {
        self.idle.as_deref()
    }

    /// Waits for a snapshot that is being written.
    pub(crate) fn settle(&mut self) {
        if let Some((snapshots, _)) = self.busy.take().and_then(|busy| busy.recv().ok()) {
            self.idle = Some(snapshots);
        }
    }

    /// Called after each batch: starts a snapshot when enough has happened, and cuts the journal after one.
    pub(crate) fn turn<M: Machine>(&mut self, store: &mut dyn Store, state: impl FnOnce() -> Saved<M>) {
        self.collect(store);
        let at = store.last();
        if at.index.0.saturating_sub(self.last.0) < self.every {
            return;
        }
        if let Some(snapshots) = self.idle.take() {
            self.last = at.index;
            self.start(snapshots, at, state());
        }
    }

    fn start<M: Machine>(&mut self, mut snapshots: Box<dyn Snapshots>, at: Position, saved: Saved<M>) {
        let (done, busy) = channel();
        self.busy = Some(busy);
        std::thread::spawn(move || {
            let result = snapshots
                .save(at, &mut |out| {
                    let bytes = minicbor::to_vec(&saved).map_err(std::io::Error::other)?;
                    out.write_all(&bytes)
                })
                .and_then(|()| snapshots.cut());
            drop(done.send((snapshots, result)));
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
            Ok((snapshots, result)) => {
                self.busy = None;
                self.idle = Some(snapshots);
                match result.and_then(|cut| store.truncate(cut).map(|()| cut)) {
                    Ok(cut) => info!(index = self.last.0, cut = cut.0, "snapshot taken"),
                    Err(error) => error!(%error, "no snapshot; the journal keeps growing"),
                }
            }
        }
    }
}
