use minicbor::{Decode, Encode};

/// How a framework uses the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Face {
    /// It gets offers, as Mesos defines them.
    #[n(0)]
    Offers,
    /// It watches the pool and commits launches.
    #[n(1)]
    Watch,
}
