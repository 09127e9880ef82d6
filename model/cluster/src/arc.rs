//! CBOR for shared values, for `#[cbor(with = "model_cluster::arc")]`: an `Arc<T>` is written as its `T`.

use std::sync::Arc;

use minicbor::{
    Decode, Decoder, Encode, Encoder,
    decode::Error as Malformed,
    encode::{Error as Unwritable, Write},
};

/// Writes what is shared.
pub fn encode<C, T: Encode<C>, W: Write>(
    value: &Arc<T>,
    e: &mut Encoder<W>,
    cx: &mut C,
) -> Result<(), Unwritable<W::Error>> {
    value.as_ref().encode(e, cx)
}

/// Reads a value that nobody shares yet.
pub fn decode<'b, C, T: Decode<'b, C>>(d: &mut Decoder<'b>, cx: &mut C) -> Result<Arc<T>, Malformed> {
    T::decode(d, cx).map(Arc::new)
}
