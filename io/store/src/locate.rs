//! Which record is hit, when the embedded store refuses its file as a whole.
//!
//! After an unclean end it checks the file before it opens, and of a damaged one it says only that it is damaged. The
//! batches describe themselves, so they can be found in the raw bytes: intact ones form a chain of consecutive indices,
//! and the damage is where the chain breaks. Batches dropped earlier may still lie in the file; they hang together with
//! the others or are ignored. This is a help for people, not a repair.

use std::collections::BTreeMap;

use crate::frame::{BATCH_HEADER_BYTES, MAGIC, intact_records, is_intact, u32_at, u64_at};
use crate::{BATCH_LIMIT_BYTES, Index};

/// The first damaged record in the bytes of a journal file, going back from its end; `None` when every batch that can be
/// found is whole.
pub(crate) fn damaged_record(file: &[u8]) -> Option<Index> {
    let (mut intact, mut damaged) = (BTreeMap::new(), BTreeMap::new());
    for value in candidates(file) {
        let (first, count) = (u64_at(value, 16), u64::from(u32_at(value, 4)));
        if is_intact(value) {
            intact.insert(first, count);
        } else {
            damaged.insert(first, (count, intact_records(&value[BATCH_HEADER_BYTES..])));
        }
    }
    damaged.retain(|first, _| !intact.contains_key(first));
    let (top, count) = intact.last_key_value()?;
    let end = top.saturating_add(*count);
    if let Some((_, good)) = damaged.get(&end) {
        return Some(Index(end).plus(*good));
    }
    // Back from the end to the first batch that has no intact one right before it.
    let mut start = end;
    while let Some((first, _)) = intact
        .range(..start)
        .next_back()
        .filter(|(first, count)| *first + *count == start)
    {
        start = *first;
    }
    let before = damaged
        .range(..start)
        .next_back()
        .filter(|(first, (count, _))| first.saturating_add(*count) == start);
    let gap = || {
        intact
            .range(..start)
            .next_back()
            .map(|(first, count)| Index(*first).plus(*count))
    };
    before.map(|(first, (_, good))| Index(*first).plus(*good)).or_else(gap)
}

/// Every place that looks like a batch, cut to the length it claims.
fn candidates(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let places = file
        .windows(BATCH_HEADER_BYTES)
        .enumerate()
        .filter(|(_, head)| head.starts_with(MAGIC));
    places.filter_map(|(at, head)| {
        let len = BATCH_HEADER_BYTES + u32_at(head, 24) as usize;
        let plausible = u32_at(head, 4) > 0 && u64_at(head, 16) > 0 && len <= BATCH_LIMIT_BYTES;
        file.get(at..at + len).filter(|_| plausible)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Epoch, MachineTag, frame};

    /// Batches of three records each, with rubbish between them, and where each starts.
    fn file() -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut starts) = (vec![0x48; 40], Vec::new());
        for n in 0..5u64 {
            let mut batch = Batch::new();
            (0..3u16).for_each(|tag| batch.push(MachineTag(tag), 1, b"0123456789").unwrap());
            starts.push(bytes.len());
            bytes.extend(frame::header(&batch, Epoch(1), Index(n * 3 + 1)));
            bytes.extend(batch.body());
            bytes.extend(b"HB and other rubbish");
        }
        (bytes, starts)
    }

    #[test]
    fn the_first_damaged_record_is_named() {
        let (good, starts) = file();
        assert_eq!(damaged_record(&good), None);
        assert_eq!(damaged_record(b"HB"), None);
        for (n, start) in starts.iter().enumerate() {
            let mut bad = good.clone();
            // Inside the content of the second record.
            bad[start + BATCH_HEADER_BYTES + 22 + 15] ^= 1;
            assert_eq!(damaged_record(&bad), Some(Index(n as u64 * 3 + 2)));
        }
        let mut bad = good.clone();
        bad[starts[2]] ^= 1;
        assert_eq!(
            damaged_record(&bad),
            Some(Index(7)),
            "a batch that cannot be found leaves a gap"
        );
    }
}
