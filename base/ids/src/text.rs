//! Ids whose form is text, as the Mesos and Marathon APIs show them.

use std::{borrow::Borrow, fmt, sync::Arc};

use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};
use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a text that the caller has checked to be such an id.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                Ok(Self(d.str()?.into()))
            }
        }
    )*};
}

text_id! {
    /// A cluster, made once when its journal is created (a v4 uuid as text).
    ClusterId;
    /// An agent: `<cluster>-S<n>`, as Mesos writes it. Lives apart from what the agent offers.
    AgentId;
    /// A framework: `<cluster>-<nnnn>` or, for the schedulers inside Harmony, a name such as `marathon`.
    FrameworkId;
    /// A task: chosen by its framework, unique within it.
    TaskId;
    /// An executor: chosen by its framework, unique within it on one agent.
    ExecutorId;
    /// One offer of one agent's resources to one framework: `<cluster>-O<n>`.
    OfferId;
    /// An offer operation: chosen by its framework, unique within it; it wants to hear what becomes of it.
    OperationId;
    /// A container on an agent; for a command task it is made from the framework's and the task's id.
    ContainerId;
    /// A Marathon app or pod path, always absolute: `/team/web`.
    AppId;
    /// A Marathon deployment (a v4 uuid as text).
    DeploymentId;
    /// Who asks: the name that authentication established.
    Principal;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_text_in_both_codecs() {
        let id = TaskId::from("web.1");
        let bytes = minicbor::to_vec(&id).unwrap();
        assert_eq!(bytes, b"\x65web.1");
        assert_eq!(minicbor::decode::<TaskId>(&bytes).unwrap(), id);
    }
}
