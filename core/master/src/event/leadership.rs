use minicbor::{Decode, Encode};

/// A leadership, as the journal that it wrote knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Leadership {
    /// What tells it from those of all other journals: a copy of a journal counts the same epochs again.
    #[n(0)]
    pub id: u64,
    /// Its epoch.
    #[n(1)]
    pub epoch: u64,
    /// How far the journal was when it began. What the one before wrote after that is lost.
    #[n(2)]
    pub index: u64,
}
