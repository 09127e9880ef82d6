//! A witness of the last acknowledged record, beside the journal.
//!
//! The embedded store falls back to its previous commit when its last one is damaged, and says nothing: an acknowledged
//! batch would be gone unnoticed. So each acknowledged end is also written here, after the commit and without a sync. The
//! witness may lag behind, never run ahead; a journal that ends before it has lost records.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::frame::{u32_at, u64_at};
use crate::{Epoch, Fault, Index, Position};

/// Epoch u64, index u64, CRC-32C of both u32; little-endian.
const BYTES: usize = 20;

#[derive(Debug)]
pub(crate) struct Tip {
    file: File,
    path: PathBuf,
}

impl Tip {
    /// Opens the witness of `journal`, and refuses when the journal ends before it.
    pub fn open(journal: &Path, last: Position) -> Result<Tip, Fault> {
        let path = journal.with_extension("tip");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(|source| Fault::io("open", &path, source))?;
        let mut tip = Tip { file, path };
        let seen = tip.read()?;
        if seen.index > last.index {
            return Err(Fault::Corrupt {
                index: last.index.next(),
                what: journal.display().to_string(),
                found: format!(
                    "an end at {}, although {} was acknowledged ({})",
                    last.index,
                    seen.index,
                    tip.path.display()
                ),
            });
        }
        tip.write(last)?;
        Ok(tip)
    }

    /// Notes that everything up to `last` is acknowledged.
    pub fn write(&mut self, last: Position) -> Result<(), Fault> {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&last.epoch.0.to_le_bytes());
        bytes[8..16].copy_from_slice(&last.index.0.to_le_bytes());
        let sum = crc32c::crc32c(&bytes[..16]);
        bytes[16..].copy_from_slice(&sum.to_le_bytes());
        let write = |file: &mut File| {
            file.rewind()?;
            file.write_all(&bytes)
        };
        write(&mut self.file).map_err(|source| Fault::io("write", &self.path, source))
    }

    /// What it says; one that a crash tore says nothing.
    fn read(&mut self) -> Result<Position, Fault> {
        let mut bytes = Vec::new();
        self.file
            .read_to_end(&mut bytes)
            .map_err(|source| Fault::io("read", &self.path, source))?;
        if bytes.len() != BYTES || crc32c::crc32c(&bytes[..16]) != u32_at(&bytes, 16) {
            return Ok(Position::default());
        }
        Ok(Position {
            epoch: Epoch(u64_at(&bytes, 0)),
            index: Index(u64_at(&bytes, 8)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_that_ends_before_its_witness_has_lost_records() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.redb");
        let at = |index| Position {
            epoch: Epoch(1),
            index: Index(index),
        };
        Tip::open(&journal, at(3)).unwrap().write(at(9)).unwrap();
        let lost = Tip::open(&journal, at(7)).unwrap_err();
        assert!(matches!(lost, Fault::Corrupt { index: Index(8), .. }), "{lost}");
        Tip::open(&journal, at(9)).unwrap();
        std::fs::write(journal.with_extension("tip"), [1; 7]).unwrap();
        Tip::open(&journal, at(2)).unwrap();
    }
}
