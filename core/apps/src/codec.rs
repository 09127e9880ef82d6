//! How shared things are written: as what they share.

/// `Arc<T>` as `T`.
pub(crate) mod arcs {
    use std::sync::Arc;

    use minicbor::{
        Decode, Decoder, Encode, Encoder,
        decode::Error,
        encode::{self as to, Write},
    };

    pub fn encode<C, T: Encode<C>, W: Write>(
        list: &[Arc<T>],
        e: &mut Encoder<W>,
        cx: &mut C,
    ) -> Result<(), to::Error<W::Error>> {
        e.array(list.len() as u64)?;
        list.iter().try_for_each(|item| item.as_ref().encode(e, cx))
    }

    pub fn decode<'b, C, T: Decode<'b, C>>(d: &mut Decoder<'b>, cx: &mut C) -> Result<Vec<Arc<T>>, Error> {
        let items: Vec<T> = Vec::decode(d, cx)?;
        Ok(items.into_iter().map(Arc::new).collect())
    }
}
