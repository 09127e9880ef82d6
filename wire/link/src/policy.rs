use minicbor::{Decode, Encode};

/// What an agent may say anew of itself when it comes back (Mesos' `--reconfiguration_policy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ReconfigurationPolicy {
    /// Nothing.
    #[n(0)]
    Equal,
    /// More than before, but nothing less and nothing else.
    #[n(1)]
    Additive,
    /// Whatever leaves room for its tasks.
    #[n(2)]
    Any,
}
