use minicbor::{Decode, Encode};

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
