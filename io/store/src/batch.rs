//! Records gathered for one append.

use crate::frame;
use crate::{Fault, MachineTag};

/// The largest batch in bytes, as stored: headers and checksums included. etcd takes requests up to 1.5 MiB.
pub const BATCH_LIMIT_BYTES: usize = 1 << 20;

/// Records that become durable together. They are encoded as they are pushed, so an append only copies bytes.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    body: Vec<u8>,
    count: u32,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Adds a record of `machine`, whose format has `version`. [`Fault::TooLarge`] leaves the batch as it was: append
    /// it and start another, unless it is empty, when the record is above every limit.
    pub fn push(&mut self, machine: MachineTag, version: u16, bytes: &[u8]) -> Result<(), Fault> {
        let size = self
            .size_bytes()
            .saturating_add(frame::RECORD_HEADER_BYTES)
            .saturating_add(bytes.len());
        if size > BATCH_LIMIT_BYTES {
            return Err(Fault::TooLarge {
                bytes: size,
                limit_bytes: BATCH_LIMIT_BYTES,
            });
        }
        frame::push_record(&mut self.body, machine, version, bytes);
        self.count += 1;
        Ok(())
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is nothing to append.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Size as stored, in bytes.
    pub fn size_bytes(&self) -> usize {
        frame::BATCH_HEADER_BYTES + self.body.len()
    }

    /// Empties the batch and keeps its memory.
    pub fn clear(&mut self) {
        self.body.clear();
        self.count = 0;
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_exact_and_a_refused_record_leaves_no_trace() {
        let room = BATCH_LIMIT_BYTES - frame::BATCH_HEADER_BYTES - frame::RECORD_HEADER_BYTES;
        let mut batch = Batch::new();
        let refused = batch.push(MachineTag(1), 1, &vec![0; room + 1]);
        assert!(matches!(refused, Err(Fault::TooLarge { bytes, .. }) if bytes == BATCH_LIMIT_BYTES + 1));
        assert!(batch.is_empty());
        batch.push(MachineTag(1), 1, &vec![0; room]).unwrap();
        assert_eq!((batch.len(), batch.size_bytes()), (1, BATCH_LIMIT_BYTES));
        assert!(matches!(batch.push(MachineTag(1), 1, b""), Err(Fault::TooLarge { .. })));
        batch.clear();
        assert!(batch.is_empty());
    }
}
