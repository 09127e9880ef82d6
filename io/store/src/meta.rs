//! The few facts that a journal file keeps beside its batches, each with a checksum of its own.

use redb::{ReadableTable, Table, TableDefinition};

use crate::frame::{u32_at, u64_at};
use crate::{ClusterId, Epoch, Fault, Index, Position};

/// Fact name to content and its CRC-32C (u32, little-endian).
pub(crate) const TABLE: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("meta");
/// The layout of the tables that this release writes, and the highest it reads.
const FORMAT: u32 = 1;

/// What the meta table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    pub cluster: ClusterId,
    /// The epoch that appends must carry.
    pub held: Epoch,
    /// The last record dropped. Its epoch is that of the journal's last record at the time.
    pub dropped: Position,
}

/// Writes the facts of a new journal.
pub(crate) fn create(
    table: &mut Table<'_, &'static str, &'static [u8]>,
    cluster: ClusterId,
) -> Result<(), redb::Error> {
    put(table, "format", &FORMAT.to_le_bytes())?;
    put(table, "cluster", &cluster.0)?;
    set_held(table, Epoch(0))?;
    set_dropped(table, Position::default())
}

pub(crate) fn set_held(table: &mut Table<'_, &'static str, &'static [u8]>, held: Epoch) -> Result<(), redb::Error> {
    put(table, "held", &held.0.to_le_bytes())
}

pub(crate) fn set_dropped(
    table: &mut Table<'_, &'static str, &'static [u8]>,
    dropped: Position,
) -> Result<(), redb::Error> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&dropped.epoch.0.to_le_bytes());
    bytes[8..].copy_from_slice(&dropped.index.0.to_le_bytes());
    put(table, "dropped", &bytes)
}

fn put(table: &mut Table<'_, &'static str, &'static [u8]>, name: &str, content: &[u8]) -> Result<(), redb::Error> {
    let sealed = [content, &crc32c::crc32c(content).to_le_bytes()].concat();
    table.insert(name, sealed.as_slice())?;
    Ok(())
}

/// Reads the facts; `what` names the file in faults.
pub(crate) fn load(table: &impl ReadableTable<&'static str, &'static [u8]>, what: &str) -> Result<Meta, Fault> {
    let found = u32_at(&get(table, "format", 4, what)?, 0);
    if found > FORMAT {
        return Err(Fault::Version {
            what: what.to_string(),
            found,
            supported: FORMAT,
        });
    }
    let mut cluster = [0; 16];
    cluster.copy_from_slice(&get(table, "cluster", 16, what)?);
    let held = get(table, "held", 8, what)?;
    let dropped = get(table, "dropped", 16, what)?;
    Ok(Meta {
        cluster: ClusterId(cluster),
        held: Epoch(u64_at(&held, 0)),
        dropped: Position {
            epoch: Epoch(u64_at(&dropped, 0)),
            index: Index(u64_at(&dropped, 8)),
        },
    })
}

fn get(
    table: &impl ReadableTable<&'static str, &'static [u8]>,
    name: &str,
    len: usize,
    what: &str,
) -> Result<Vec<u8>, Fault> {
    let corrupt = |found: String| Fault::Corrupt {
        index: Index::ZERO,
        what: what.to_string(),
        found,
    };
    let sealed = table.get(name).map_err(|error| corrupt(error.to_string()))?;
    let sealed = sealed.ok_or_else(|| corrupt(format!("no fact `{name}`")))?;
    match sealed.value().split_last_chunk::<4>() {
        Some((content, sum)) if content.len() == len && crc32c::crc32c(content).to_le_bytes() == *sum => {
            Ok(content.to_vec())
        }
        _ => Err(corrupt(format!("a damaged fact `{name}`"))),
    }
}
