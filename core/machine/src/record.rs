use base_clock::Timestamp;
use base_ids::Principal;

/// A fact as the journal holds it: when, on whose word, what.
#[derive(Clone, Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct Record<E> {
    /// When it was decided.
    #[n(0)]
    pub at: Timestamp,
    /// Who asked.
    #[n(1)]
    pub principal: Principal,
    /// The fact.
    #[n(2)]
    pub event: E,
}
