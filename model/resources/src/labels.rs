//! `Labels`: key-value pairs on reservations and disks.

/// A key with an optional value.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Label {
    /// The key; keys may repeat.
    #[n(0)]
    pub key: String,
    /// The value, if the label has one.
    #[n(1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Labels in order of key and value; Mesos compares them without regard to order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode)]
#[cbor(transparent)]
pub struct Labels(#[n(0)] Vec<Label>);

impl Labels {
    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels in order.
    pub fn as_slice(&self) -> &[Label] {
        &self.0
    }

    /// The value of the first label called `key`; a label without a value counts as empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|l| l.key == key)
            .map(|l| l.value.as_deref().unwrap_or_default())
    }
}

impl FromIterator<Label> for Labels {
    fn from_iter<I: IntoIterator<Item = Label>>(iter: I) -> Self {
        let mut labels: Vec<Label> = iter.into_iter().collect();
        labels.sort_unstable();
        Self(labels)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Labels {
    fn decode(d: &mut minicbor::Decoder<'b>, cx: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.array_iter_with::<C, Label>(cx)?.collect()
    }
}

impl std::fmt::Display for Labels {
    /// `{key: value, other}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("{")?;
        for (i, label) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}", label.key)?;
            if let Some(value) = &label.value {
                write!(f, ": {value}")?;
            }
        }
        f.write_str("}")
    }
}
