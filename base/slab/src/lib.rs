//! Entities in dense slots that can be cloned cheaply.
//!
//! A machine keeps its entities here and publishes a snapshot by cloning: the clone copies one pointer per 64 slots, and
//! only the chunks that are written afterwards are copied. Slots of removed entities are used again.

mod column;
mod finder;
mod lookup;

use std::sync::{Arc, Weak};

use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

pub use column::Column;
pub use finder::Finder;
pub use lookup::Lookup;

const CHUNK: usize = 64;

/// How many slots a chunk has; the last of a slab may have fewer.
pub const SLOTS: u32 = CHUNK as u32;

type Chunk<T> = Vec<Option<T>>;

/// A chunked copy-on-write slab. `u32` keys stay valid until their entity is removed.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    chunks: Vec<Arc<Chunk<T>>>,
    free: Arc<Vec<u32>>,
    len: usize,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: Arc::default(),
            len: 0,
        }
    }
}

impl<T: Clone> Slab<T> {
    /// Stores an entity and returns its slot: the lastly freed one, or a new one at the end.
    pub fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        let reused = if self.free.is_empty() {
            None
        } else {
            Arc::make_mut(&mut self.free).pop()
        };
        let slot = reused.unwrap_or_else(|| self.grow());
        let (chunk, at) = place(slot);
        Arc::make_mut(&mut self.chunks[chunk])[at] = Some(value);
        slot
    }

    fn grow(&mut self) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        let index = self.chunks.len() - 1;
        let chunk = Arc::make_mut(&mut self.chunks[index]);
        chunk.push(None);
        u32::try_from(index * CHUNK + chunk.len() - 1).expect("fewer than 2^32 entities")
    }

    /// The entity in a slot.
    pub fn get(&self, slot: u32) -> Option<&T> {
        let (chunk, at) = place(slot);
        self.chunks.get(chunk)?.get(at)?.as_ref()
    }

    /// The entity in a slot, for a change; copies its chunk if a snapshot still shares it.
    pub fn get_mut(&mut self, slot: u32) -> Option<&mut T> {
        let (chunk, at) = place(slot);
        let chunk = self.chunks.get_mut(chunk)?;
        chunk.get(at)?.as_ref()?;
        Arc::make_mut(chunk)[at].as_mut()
    }

    /// Takes the entity out of its slot.
    pub fn remove(&mut self, slot: u32) -> Option<T> {
        let (chunk, at) = place(slot);
        let chunk = self.chunks.get_mut(chunk)?;
        chunk.get(at)?.as_ref()?;
        let value = Arc::make_mut(chunk)[at].take();
        Arc::make_mut(&mut self.free).push(slot);
        self.len -= 1;
        value
    }

    /// Slots and entities, in order of slots.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.chunks.iter().enumerate().flat_map(|(c, chunk)| {
            chunk
                .iter()
                .enumerate()
                .filter_map(move |(i, value)| Some(((c * CHUNK + i) as u32, value.as_ref()?)))
        })
    }

    /// The chunks, in order of slots: for readers that keep what they made of one until it changes.
    pub fn chunks(&self) -> impl ExactSizeIterator<Item = ChunkRef<'_, T>> {
        self.chunks.iter().enumerate().map(|(at, chunk)| ChunkRef {
            first: (at * CHUNK) as u32,
            chunk,
        })
    }

    /// The slots that may differ from an older clone: those of every chunk that was written since, free ones among them.
    pub fn changed_since<'a>(&'a self, old: &'a Self) -> impl Iterator<Item = u32> + 'a {
        let chunks = self.chunks.len().max(old.chunks.len());
        let changed = (0..chunks).filter(|c| match (self.chunks.get(*c), old.chunks.get(*c)) {
            (Some(new), Some(old)) => !Arc::ptr_eq(new, old),
            _ => true,
        });
        changed.flat_map(|c| (0..CHUNK).map(move |i| (c * CHUNK + i) as u32))
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// 64 slots of a slab.
#[derive(Debug)]
pub struct ChunkRef<'a, T> {
    first: u32,
    chunk: &'a Arc<Chunk<T>>,
}

impl<T> Clone for ChunkRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ChunkRef<'_, T> {}

impl<'a, T> ChunkRef<'a, T> {
    /// Its first slot, a multiple of [`SLOTS`].
    pub fn first(self) -> u32 {
        self.first
    }

    /// Its slots and entities, in order.
    pub fn iter(self) -> impl Iterator<Item = (u32, &'a T)> {
        let slots = (self.first..).zip(self.chunk.iter());
        slots.filter_map(|(slot, value)| Some((slot, value.as_ref()?)))
    }

    /// What tells this chunk, as it is now, from all others.
    pub fn mark(self) -> Mark<T> {
        Mark(Arc::downgrade(self.chunk))
    }
}

/// Remembers a chunk as it was. It keeps nobody from writing to the chunk, and costs the writer no copy.
#[derive(Clone, Debug)]
pub struct Mark<T>(Weak<Chunk<T>>);

impl<T> Mark<T> {
    /// Whether the chunk is the one that was marked, and nobody has written to it since.
    pub fn is(&self, chunk: ChunkRef<'_, T>) -> bool {
        std::ptr::eq(self.0.as_ptr(), Arc::as_ptr(chunk.chunk))
    }
}

fn place(slot: u32) -> (usize, usize) {
    (slot as usize / CHUNK, slot as usize % CHUNK)
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, slot: u32) -> &T {
        let (chunk, at) = place(slot);
        self.chunks[chunk][at].as_ref().expect("the slot is in use")
    }
}

/// An array of slots, free ones as null, so that slot numbers survive a restart, then the list of free ones in the order
/// in which they are used again: replay after a snapshot must give the slots that it gave without one.
impl<C, T: Encode<C> + Clone> Encode<C> for Slab<T> {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?;
        e.array(self.chunks.iter().map(|chunk| chunk.len() as u64).sum())?;
        for value in self.chunks.iter().flat_map(|chunk| chunk.iter()) {
            value.encode(e, ctx)?;
        }
        self.free.as_slice().encode(e, ctx)
    }
}

impl<'b, C, T: Decode<'b, C> + Clone> Decode<'b, C> for Slab<T> {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a slab is an array of two"));
        }
        let slots: Vec<Option<T>> = Vec::decode(d, ctx)?;
        let free = Vec::decode(d, ctx)?;
        let len = slots.iter().flatten().count();
        let mut chunks = Vec::with_capacity(slots.len().div_ceil(CHUNK));
        let mut slots = slots.into_iter();
        loop {
            let mut chunk: Chunk<T> = Vec::with_capacity(CHUNK);
            chunk.extend(slots.by_ref().take(CHUNK));
            if chunk.is_empty() {
                return Ok(Self {
                    chunks,
                    free: Arc::new(free),
                    len,
                });
            }
            chunks.push(Arc::new(chunk));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut slab = Slab::default();
        let slots: Vec<u32> = (0..200).map(|n| slab.insert(n)).collect();
        let snapshot = slab.clone();
        *slab.get_mut(slots[70]).unwrap() = 7;
        slab.remove(slots[3]);
        assert_eq!((snapshot[70], snapshot[3], snapshot.len()), (70, 3, 200));
        assert_eq!((slab[70], slab.get(3), slab.len()), (7, None, 199));
        assert_eq!(slab.insert(9), slots[3]);
    }

    #[test]
    fn a_mark_knows_a_chunk_until_somebody_writes_to_it() {
        let mut slab = Slab::default();
        for n in 0..130u32 {
            slab.insert(n);
        }
        let marks: Vec<_> = slab.chunks().map(ChunkRef::mark).collect();
        let same = |slab: &Slab<u32>| -> Vec<bool> {
            let pairs = slab.chunks().zip(&marks);
            pairs.map(|(chunk, mark)| mark.is(chunk)).collect()
        };
        assert_eq!(same(&slab), [true, true, true]);
        // With a snapshot and without: the writer's chunk is another one afterwards.
        let snapshot = slab.clone();
        *slab.get_mut(70).unwrap() = 7;
        *slab.get_mut(129).unwrap() = 7;
        assert_eq!(
            (same(&slab), same(&snapshot)),
            (vec![true, false, false], vec![true; 3])
        );
        drop(snapshot);
        slab.remove(3);
        assert_eq!(same(&slab), [false; 3]);
        let firsts: Vec<_> = slab
            .chunks()
            .map(|chunk| (chunk.first(), chunk.iter().count()))
            .collect();
        assert_eq!(firsts, [(0, 63), (64, 64), (128, 2)]);
    }

    #[test]
    fn tells_what_was_written_since() {
        let mut slab = Slab::default();
        for n in 0..200 {
            slab.insert(n);
        }
        let old = slab.clone();
        assert_eq!(slab.changed_since(&old).count(), 0);
        *slab.get_mut(70).unwrap() = 7;
        assert!(slab.changed_since(&old).eq(64..128));
        let short = slab.clone();
        for n in 0..100 {
            slab.insert(n);
        }
        assert!(slab.changed_since(&short).eq(192..320));
    }

    #[test]
    fn slots_survive_the_codec() {
        let mut slab = Slab::default();
        for n in 0..130u32 {
            slab.insert(n);
        }
        slab.remove(5);
        slab.remove(99);
        let mut copy: Slab<u32> = minicbor::decode(&minicbor::to_vec(&slab).unwrap()).unwrap();
        assert!(slab.iter().eq(copy.iter()));
        assert_eq!((copy.insert(1), copy.insert(2), copy.insert(3)), (99, 5, 130));
    }
}
