use std::{
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
};

use base_clock::Timestamp;
use core_machine::{Driver, Machine, Record};
use io_store::{Snapshots, Store};
use tracing::warn;

use crate::{StartError, failure::panic_text};

/// Brings the driver to the journal's end: the newest good snapshot, then the records after it. Gives the last fact's time.
pub(crate) fn load<M: Machine>(
    driver: &mut Driver<M>,
    store: &dyn Store,
    snapshots: &dyn Snapshots,
) -> Result<Timestamp, StartError> {
    let restore = snapshots.restore(store)?;
    for damage in &restore.damaged {
        warn!(error = %damage, "a damaged snapshot was passed over");
    }
    let saved: Saved<M> = match restore.snapshot {
        None => Saved {
            at: Timestamp::EPOCH,
            state: M::default(),
        },
        Some(mut snapshot) => {
            let index = snapshot.at.index.0;
            let unreadable = |why: String| StartError::Unreadable { index, version: 0, why };
            let mut bytes = Vec::new();
            snapshot
                .content
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable(error.to_string()))?;
            minicbor::decode(&bytes).map_err(|error| unreadable(format!("its snapshot: {error}")))?
        }
    };
    driver.reset(saved.state);
    let mut last = saved.at;
    for entry in store.read(restore.from)? {
        let entry = entry?;
        let (index, version) = (entry.index.0, entry.record.version);
        let record: Record<M::Event> =
            minicbor::decode(&entry.record.bytes).map_err(|error| StartError::Unreadable {
                index,
                version,
                why: error.to_string(),
            })?;
        catch_unwind(AssertUnwindSafe(|| driver.replay(record.at, &record.event))).map_err(|panic| {
            StartError::Panicked {
                index,
                why: panic_text(&*panic),
            }
        })?;
        last = record.at;
    }
    driver.reindex();
    Ok(last)
}

/// The content of a snapshot.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(crate) struct Saved<M> {
    /// The time of the last fact in it.
    #[n(0)]
    pub(crate) at: Timestamp,
    /// The hard state.
    #[n(1)]
    pub(crate) state: M,
}
