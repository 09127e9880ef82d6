//! The stored form of a batch: one value with a checksum over all of it and one for each record.
//!
//! All numbers are little-endian. The checksums are CRC-32C (Castagnoli, RFC 3720 appendix B.4).
//!
//! ```text
//! batch   "HB" | format u8 | 0 u8 | count u32 | epoch u64 | first index u64 | length of records u32 | crc u32 | records
//! record  length u32 | machine u16 | version u16 | crc u32 | bytes
//! ```
//! The crc of a batch covers the header before it and the records after it; the crc of a record covers its length,
//! machine, version and bytes. The first finds damage in one pass, the second tells which record was hit.

use bytes::Bytes;

use crate::{Batch, Entry, Epoch, Fault, Index, MachineTag, Position, Record};

/// The format that this release writes, and the highest it reads.
const FORMAT: u8 = 1;
/// What a batch begins with.
pub(crate) const MAGIC: &[u8; 2] = b"HB";
/// Bytes before the first record.
pub(crate) const BATCH_HEADER_BYTES: usize = 32;
/// Bytes before the content of a record.
pub(crate) const RECORD_HEADER_BYTES: usize = 12;
const CRC_AT: usize = 28;

/// Adds one record to the records of a batch.
pub(crate) fn push_record(out: &mut Vec<u8>, machine: MachineTag, version: u16, bytes: &[u8]) {
    let mut head = [0; 8];
    head[..4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
    head[4..6].copy_from_slice(&machine.0.to_le_bytes());
    head[6..].copy_from_slice(&version.to_le_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(&crc(&head, bytes).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// The header of `batch` when it is appended in `epoch` with `first` as the index of its first record.
pub(crate) fn header(batch: &Batch, epoch: Epoch, first: Index) -> [u8; BATCH_HEADER_BYTES] {
    let mut head = [0; BATCH_HEADER_BYTES];
    head[..2].copy_from_slice(MAGIC);
    head[2] = FORMAT;
    head[4..8].copy_from_slice(&batch.count().to_le_bytes());
    head[8..16].copy_from_slice(&epoch.0.to_le_bytes());
    head[16..24].copy_from_slice(&first.0.to_le_bytes());
    head[24..28].copy_from_slice(&(batch.body().len() as u32).to_le_bytes());
    let sum = crc(&head[..CRC_AT], batch.body());
    head[CRC_AT..].copy_from_slice(&sum.to_le_bytes());
    head
}

/// A stored batch whose checksum was right.
#[derive(Debug)]
pub(crate) struct Frame {
    value: Bytes,
    pub epoch: Epoch,
    pub first: Index,
    pub count: u32,
}

impl Frame {
    /// Checks the value stored under `key`. The fault names the first record that cannot be trusted.
    pub fn check(key: Index, value: Bytes, what: &str) -> Result<Frame, Fault> {
        let corrupt = |index: Index, found: String| Fault::Corrupt {
            index,
            what: what.to_string(),
            found,
        };
        if value.len() < BATCH_HEADER_BYTES || &value[..2] != MAGIC {
            return Err(corrupt(key, format!("{} bytes that are no batch", value.len())));
        }
        if !is_intact(&value) {
            let index = key
                .plus(intact_records(&value[BATCH_HEADER_BYTES..]).min(u64::from(u32_at(&value, 4).saturating_sub(1))));
            return Err(corrupt(index, "a wrong checksum".to_string()));
        }
        if value[2] > FORMAT {
            return Err(Fault::Version {
                what: what.to_string(),
                found: value[2].into(),
                supported: FORMAT.into(),
            });
        }
        let frame = Frame {
            epoch: Epoch(u64_at(&value, 8)),
            first: Index(u64_at(&value, 16)),
            count: u32_at(&value, 4),
            value,
        };
        if frame.first != key || frame.count == 0 {
            return Err(corrupt(
                key,
                format!("a batch of {} records that starts at {}", frame.count, frame.first),
            ));
        }
        Ok(frame)
    }

    /// The place of the last record.
    pub fn last(&self) -> Position {
        Position {
            epoch: self.epoch,
            index: self.first.plus(u64::from(self.count) - 1),
        }
    }

    /// The records, in order.
    pub fn entries(self, what: &str) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::with_capacity(self.count as usize);
        let mut at = BATCH_HEADER_BYTES;
        for n in 0..u64::from(self.count) {
            let index = self.first.plus(n);
            let record = split_record(&self.value, at).ok_or_else(|| Fault::Corrupt {
                index,
                what: what.to_string(),
                found: "a record that reaches past its batch".to_string(),
            })?;
            at += RECORD_HEADER_BYTES + record.bytes.len();
            entries.push(Entry {
                index,
                epoch: self.epoch,
                record,
            });
        }
        Ok(entries)
    }
}

fn split_record(value: &Bytes, at: usize) -> Option<Record> {
    let head = value.get(at..at + RECORD_HEADER_BYTES)?;
    let start = at + RECORD_HEADER_BYTES;
    let end = start
        .checked_add(u32_at(head, 0) as usize)
        .filter(|end| *end <= value.len())?;
    Some(Record {
        machine: MachineTag(u16_at(head, 4)),
        version: u16_at(head, 6),
        bytes: value.slice(start..end),
    })
}

/// Whether the checksum of a batch, at least a header long, is right.
pub(crate) fn is_intact(value: &[u8]) -> bool {
    crc(&value[..CRC_AT], &value[BATCH_HEADER_BYTES..]) == u32_at(value, CRC_AT)
}

/// How many records stand undamaged before the first damaged one.
pub(crate) fn intact_records(mut records: &[u8]) -> u64 {
    let mut intact = 0;
    while let Some((head, rest)) = records.split_at_checked(RECORD_HEADER_BYTES) {
        let Some((bytes, rest)) = rest.split_at_checked(u32_at(head, 0) as usize) else {
            break;
        };
        if crc(&head[..8], bytes) != u32_at(head, 8) {
            break;
        }
        intact += 1;
        records = rest;
    }
    intact
}

fn crc(head: &[u8], rest: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(head), rest)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4]
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8]
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(first: u64) -> Vec<u8> {
        let mut batch = Batch::new();
        for n in 0..5u16 {
            batch
                .push(MachineTag(n), 7, &vec![n as u8; usize::from(n) * 3])
                .unwrap();
        }
        let mut value = header(&batch, Epoch(9), Index(first)).to_vec();
        value.extend_from_slice(batch.body());
        value
    }

    #[test]
    fn what_was_pushed_comes_back() {
        let frame = Frame::check(Index(40), stored(40).into(), "t").unwrap();
        assert_eq!(
            frame.last(),
            Position {
                epoch: Epoch(9),
                index: Index(44)
            }
        );
        let entries = frame.entries("t").unwrap();
        assert_eq!(entries.len(), 5);
        assert_eq!(entries[3].index, Index(43));
        assert_eq!(
            entries[3].record,
            Record {
                machine: MachineTag(3),
                version: 7,
                bytes: vec![3; 9].into()
            }
        );
    }

    /// The bytes are part of the format: a release that writes other ones must raise `FORMAT`.
    #[test]
    fn golden_bytes() {
        let mut batch = Batch::new();
        batch.push(MachineTag(2), 3, b"abc").unwrap();
        let mut value = header(&batch, Epoch(1), Index(5)).to_vec();
        value.extend_from_slice(batch.body());
        let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = "4842010001000000010000000000000005000000000000000f000000da692c23";
        assert_eq!(hex, format!("{head}0300000002000300e3adb5d8616263"));
    }

    #[test]
    fn every_flipped_bit_is_found_in_the_record_it_hit() {
        let good = stored(40);
        let mut starts = vec![BATCH_HEADER_BYTES];
        for n in 0..4 {
            starts.push(starts[n] + RECORD_HEADER_BYTES + n * 3);
        }
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let Err(Fault::Corrupt { index, .. }) = Frame::check(Index(40), bad.into(), "t") else {
                panic!("bit {bit} went unnoticed");
            };
            if bit / 8 >= BATCH_HEADER_BYTES {
                let hit = starts.iter().rposition(|start| *start <= bit / 8).unwrap() as u64;
                assert_eq!(index, Index(40 + hit), "bit {bit}");
            }
        }
    }

    #[test]
    fn every_cut_is_found() {
        let good = stored(1);
        for len in 0..good.len() {
            let cut = Frame::check(Index(1), good[..len].to_vec().into(), "t");
            assert!(matches!(cut, Err(Fault::Corrupt { .. })), "cut to {len}: {cut:?}");
        }
    }

    #[test]
    fn a_batch_under_a_foreign_key_and_a_newer_format_are_refused() {
        assert!(matches!(
            Frame::check(Index(2), stored(1).into(), "t"),
            Err(Fault::Corrupt { index: Index(2), .. })
        ));
        let mut newer = stored(1);
        newer[2] = 9;
        let sum = crc(&newer[..CRC_AT], &newer[BATCH_HEADER_BYTES..]);
        newer[CRC_AT..BATCH_HEADER_BYTES].copy_from_slice(&sum.to_le_bytes());
        let refused = Frame::check(Index(1), newer.into(), "t");
        assert!(
            matches!(
                refused,
                Err(Fault::Version {
                    found: 9,
                    supported: 1,
                    ..
                })
            ),
            "{refused:?}"
        );
    }
}
