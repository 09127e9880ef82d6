use minicbor::{Decode, Encode};

use crate::{Pack, Packed};

/// A key with an optional value. Keys may repeat, as Mesos allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Label {
    /// The key.
    #[n(0)]
    pub key: String,
    /// The value, if the label has one.
    #[n(1)]
    pub value: Option<String>,
}

/// Many labels.
pub type Labels = Packed<Label>;

/// A label of [`Labels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LabelRef<'a> {
    /// The key.
    #[n(0)]
    pub key: &'a str,
    /// The value, if the label has one.
    #[n(1)]
    pub value: Option<&'a str>,
}

impl Pack for Label {
    type Ref<'a> = LabelRef<'a>;

    fn view(&self) -> LabelRef<'_> {
        LabelRef {
            key: &self.key,
            value: self.value.as_deref(),
        }
    }
}

impl From<LabelRef<'_>> for Label {
    fn from(label: LabelRef<'_>) -> Self {
        Self {
            key: label.key.to_owned(),
            value: label.value.map(str::to_owned),
        }
    }
}
