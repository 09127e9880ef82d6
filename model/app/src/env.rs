use minicbor::{Decode, Encode};

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EnvValue {
    /// The value itself.
    #[n(0)]
    Plain(#[n(0)] String),
    /// The name of one of the app's secrets.
    #[n(1)]
    Secret(#[n(0)] String),
}
