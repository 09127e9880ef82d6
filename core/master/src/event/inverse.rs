use base_clock::Timestamp;
use minicbor::{Decode, Encode};

use crate::InverseOffer;

/// What became of inverse offers; all of it is soft.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum InverseEvent {
    /// Whoever has tasks on machines that will go into maintenance has been considered; perhaps there are some.
    #[n(0)]
    Made {
        #[n(0)]
        offers: Vec<InverseOffer>,
    },
    /// One stands no longer.
    #[n(1)]
    Dropped {
        #[n(0)]
        offer: InverseOffer,
    },
    /// A framework said whether it can do without an agent.
    #[n(2)]
    Answered {
        #[n(0)]
        offer: InverseOffer,
        /// Whether it can.
        #[n(1)]
        accepted: bool,
        /// It is not asked again before.
        #[n(2)]
        until: Timestamp,
    },
}
