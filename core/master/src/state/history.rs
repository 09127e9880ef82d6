use std::sync::Arc;

use imbl::Vector;
use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

use crate::codec::arcs;

/// The latest of something, oldest first. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct History<T>(Vector<Arc<T>>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(Vector::new())
    }
}

impl<T> History<T> {
    /// Adds one and forgets the oldest beyond `limit`.
    pub(crate) fn push(&mut self, value: T, limit: usize) {
        self.0.push_back(Arc::new(value));
        while self.0.len() > limit {
            self.0.pop_front();
        }
    }

    /// Forgets the oldest of them.
    pub(crate) fn pop(&mut self) {
        self.0.pop_front();
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> + ExactSizeIterator {
        self.0.iter()
    }

    /// Whether the other is this very list, unchanged since it was cloned. `false` may also mean that it is short.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An array.
impl<C, T: Encode<C>> Encode<C> for History<T> {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, cx: &mut C) -> Result<(), encode::Error<W::Error>> {
        arcs::encode(&self.0, e, cx)
    }
}

impl<'b, C, T: Decode<'b, C>> Decode<'b, C> for History<T> {
    fn decode(d: &mut Decoder<'b>, cx: &mut C) -> Result<Self, decode::Error> {
        arcs::decode(d, cx).map(Self)
    }
}
