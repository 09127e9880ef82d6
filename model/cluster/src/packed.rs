use std::{fmt, marker::PhantomData, sync::Arc};

use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

/// A list of entries that is kept as it is written. As values of their own, each with its place on the heap, the labels and
/// variables of tasks would be most of a pool's memory. Cheap to clone.
pub struct Packed<T> {
    /// A CBOR array of the entries, as a list of `T` would be; `None` if there are none.
    bytes: Option<Arc<[u8]>>,
    of: PhantomData<fn() -> T>,
}

/// What can be in such a list.
pub trait Pack {
    /// An entry as it is read: the texts stay where they are. Written as the entry itself.
    type Ref<'a>: Encode<()> + Decode<'a, ()>
    where
        Self: 'a;

    /// The entry as it would be read.
    fn view(&self) -> Self::Ref<'_>;
}

impl<T: Pack> Packed<T> {
    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = T::Ref<'_>> {
        let mut entries = Decoder::new(self.bytes.as_deref().unwrap_or_default());
        let count = entries.array().ok().flatten().unwrap_or(0);
        (0..count).map_while(move |_| entries.decode().ok())
    }

    /// How many.
    pub fn len(&self) -> usize {
        let bytes = self.bytes.as_deref().unwrap_or_default();
        let count = Decoder::new(bytes).array().ok().flatten();
        count.map_or(0, |count| count as usize)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_none()
    }

    fn pack<'a>(entries: impl ExactSizeIterator<Item = T::Ref<'a>>) -> Self
    where
        T: 'a,
    {
        let mut bytes = Vec::new();
        let mut writer = Encoder::new(&mut bytes);
        let count = entries.len() as u64;
        let written = writer.array(count).and_then(|writer| {
            let mut entries = entries;
            entries.try_fold(writer, |writer, entry| writer.encode(entry))
        });
        // A vector takes all that is written to it.
        debug_assert!(written.is_ok());
        Self {
            bytes: (count > 0).then(|| bytes.into()),
            of: PhantomData,
        }
    }
}

impl<T: Pack> FromIterator<T> for Packed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        entries.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T: Pack> From<Vec<T>> for Packed<T> {
    fn from(entries: Vec<T>) -> Self {
        Self::pack(entries.iter().map(Pack::view))
    }
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self {
            bytes: None,
            of: PhantomData,
        }
    }
}

impl<T> Clone for Packed<T> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            of: PhantomData,
        }
    }
}

impl<T> PartialEq for Packed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Packed<T> {}

impl<T: Pack> fmt::Debug for Packed<T>
where
    for<'a> T::Ref<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An array of the entries.
impl<C, T: Pack> Encode<C> for Packed<T> {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let Some(bytes) = &self.bytes else {
            return e.array(0)?.ok();
        };
        e.writer_mut().write_all(bytes).map_err(encode::Error::write)
    }
}

/// Written anew, so that equal lists are equal bytes whoever wrote them.
impl<'b, C, T: Pack + 'b> Decode<'b, C> for Packed<T> {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let entries: Vec<T::Ref<'b>> = d.array_iter()?.collect::<Result<_, _>>()?;
        Ok(Self::pack(entries.into_iter()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Env, EnvVar, Label, Labels};

    fn labels() -> Vec<Label> {
        let label = |key: &str, value: Option<&str>| Label {
            key: key.to_owned(),
            value: value.map(str::to_owned),
        };
        vec![label("a", Some("1")), label("", None), label("ä", Some(""))]
    }

    #[test]
    fn is_written_and_read_as_a_list() {
        let (list, packed) = (labels(), Labels::from(labels()));
        assert_eq!((packed.len(), packed.is_empty()), (3, false));
        let texts: Vec<_> = packed.iter().map(|label| (label.key, label.value)).collect();
        assert_eq!(texts, [("a", Some("1")), ("", None), ("ä", Some(""))]);
        let bytes = minicbor::to_vec(&list).unwrap();
        assert_eq!(minicbor::to_vec(&packed).unwrap(), bytes);
        assert_eq!(minicbor::decode::<Labels>(&bytes).unwrap(), packed);
        assert_eq!(packed.iter().map(Label::from).collect::<Vec<_>>(), list);
        let var = EnvVar {
            name: "A".to_owned(),
            value: "b".to_owned(),
        };
        let packed = minicbor::to_vec(Env::from(vec![var.clone()])).unwrap();
        assert_eq!(minicbor::to_vec([&var]).unwrap(), packed);
    }

    #[test]
    fn an_empty_one_is_nothing() {
        let empty: Labels = minicbor::decode(&minicbor::to_vec(Vec::<Label>::new()).unwrap()).unwrap();
        assert_eq!((&empty, empty.len()), (&Labels::default(), 0));
        assert_eq!(minicbor::to_vec(&empty).unwrap(), [0x80]);
    }

    #[test]
    fn another_writers_form_is_the_same_list() {
        // An array without a length, and a text with a length in one byte more than it needs.
        let bytes = b"\x9f\x82\x78\x01a\x611\x81\x60\x82\x62\xc3\xa4\x60\xff";
        assert_eq!(minicbor::decode::<Labels>(bytes).unwrap(), labels().into());
        assert!(minicbor::decode::<Labels>(b"\x81\x81\x61\xff").is_err(), "not a text");
        assert!(minicbor::decode::<Labels>(b"\x82\x81\x60").is_err(), "too short");
    }
}
