use std::sync::Arc;

use base_slab::{ChunkRef, Mark};
use io_httpd::Bytes;

use super::Form;

/// What one chunk gave: its elements one after the other, with commas between them.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) bytes: Bytes,
    /// The first slot of the chunk.
    first: u32,
    /// Where the element of each slot is; empty for a slot without one.
    places: Vec<(u32, u32)>,
}

impl Segment {
    /// The element of a slot of this chunk.
    pub(super) fn element(&self, slot: u32) -> &[u8] {
        let place = self.places.get((slot - self.first) as usize);
        place.map_or(&[][..], |(begin, end)| &self.bytes[*begin as usize..*end as usize])
    }
}

/// Writes a segment.
pub(super) struct Builder {
    form: Form,
    out: Vec<u8>,
    first: u32,
    places: Vec<(u32, u32)>,
}

impl Builder {
    pub(super) fn new(form: Form, first: u32) -> Self {
        Self {
            form,
            out: Vec::new(),
            first,
            places: Vec::new(),
        }
    }

    /// Adds the element of a slot; slots come in order.
    pub(super) fn element(&mut self, slot: u32, write: impl FnOnce(&mut Vec<u8>)) {
        if !self.out.is_empty() {
            self.out.extend_from_slice(self.form.comma());
        }
        let begin = self.out.len() as u32;
        write(&mut self.out);
        self.places.resize((slot - self.first) as usize, (begin, begin));
        self.places.push((begin, self.out.len() as u32));
    }

    pub(super) fn done(self) -> Segment {
        Segment {
            bytes: self.out.into(),
            first: self.first,
            places: self.places,
        }
    }
}

/// Segments of unchanged chunks, in one form. `X` is what a segment shows beside the chunk itself.
pub(super) struct Kept<T, X> {
    entries: Vec<Option<Entry<T, X>>>,
    bytes: usize,
}

struct Entry<T, X> {
    mark: Mark<T>,
    beside: X,
    segment: Arc<Segment>,
}

impl<T, X> Default for Kept<T, X> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            bytes: 0,
        }
    }
}

impl<T: Clone, X: PartialEq> Kept<T, X> {
    /// The most that is kept, in bytes. What is over it is written anew each time.
    pub(super) const LIMIT: usize = 128 << 20;

    /// The segment of a chunk: the one that is kept if it is still true, or a new one.
    pub(super) fn segment(
        &mut self,
        chunk: ChunkRef<'_, T>,
        beside: X,
        write: impl FnOnce() -> Segment,
    ) -> Arc<Segment> {
        let at = (chunk.first() / base_slab::SLOTS) as usize;
        if self.entries.len() <= at {
            self.entries.resize_with(at + 1, || None);
        }
        if let Some(entry) = &self.entries[at]
            && entry.mark.is(chunk)
            && entry.beside == beside
        {
            return entry.segment.clone();
        }
        if let Some(old) = self.entries[at].take() {
            self.bytes -= old.segment.bytes.len();
        }
        let segment = Arc::new(write());
        if self.bytes + segment.bytes.len() <= Self::LIMIT {
            self.bytes += segment.bytes.len();
            self.entries[at] = Some(Entry {
                mark: chunk.mark(),
                beside,
                segment: segment.clone(),
            });
        }
        segment
    }
}
