use minicbor::{Decode, Encode};

/// A place in the cluster's journal, as an order of the master names it: what the order follows from is at or before it. A
/// journal that does not have the place has lost it, or is a copy from before; one that has it and does not know of the
/// order any more knows that it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Origin {
    /// What tells the leadership from those of all other journals; epochs alone do not, as two copies count alike.
    #[n(0)]
    pub leadership: u64,
    /// How far the journal was when the order left.
    #[n(1)]
    pub index: u64,
}
