use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, OfferId};
use minicbor::{Decode, Encode};
use model_cluster::Unavailability;

/// The question whether a framework can do without an agent for a while, because its machine goes into maintenance.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct InverseOffer {
    /// Its number, one of those of offers.
    #[n(0)]
    pub number: u64,
    /// `<cluster>-O<number>`.
    #[n(1)]
    pub offer_id: OfferId,
    /// Whom it is for.
    #[n(2)]
    pub framework_id: FrameworkId,
    /// Which agent it has tasks on.
    #[n(3)]
    pub agent_id: AgentId,
    /// When the agent will not be there.
    #[n(4)]
    pub unavailability: Unavailability,
    /// When it ends by itself.
    #[n(5)]
    pub expires: Option<Timestamp>,
}
