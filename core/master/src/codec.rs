//! How shared values are written: as what they hold.

pub(crate) use model_cluster::arc;

/// A list of `Arc<T>` as an array of `T`.
pub(crate) mod arcs {
    use std::sync::Arc;

    use minicbor::{
        Decode, Decoder, Encode, Encoder,
        decode::Error as Malformed,
        encode::{Error as Unwritable, Write},
    };

    pub(crate) fn encode<'a, C, T, L, W>(
        values: &'a L,
        e: &mut Encoder<W>,
        cx: &mut C,
    ) -> Result<(), Unwritable<W::Error>>
    where
        T: Encode<C> + 'a,
        &'a L: IntoIterator<Item = &'a Arc<T>, IntoIter: ExactSizeIterator>,
        W: Write,
    {
        let values = values.into_iter();
        e.array(values.len() as u64)?;
        for value in values {
            value.as_ref().encode(e, cx)?;
        }
        Ok(())
    }

    pub(crate) fn decode<'b, C, T, L>(d: &mut Decoder<'b>, cx: &mut C) -> Result<L, Malformed>
    where
        T: Decode<'b, C>,
        L: FromIterator<Arc<T>>,
    {
        d.array_iter_with(cx)?.map(|value| value.map(Arc::new)).collect()
    }
}
