use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, OfferId};
use minicbor::{Decode, Encode};
use model_resources::{Resources, Role};

/// A short exclusive lease of an agent's resources.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Offer {
    /// Its number: the epoch times 10^9, and a count.
    #[n(0)]
    pub number: u64,
    /// `<cluster>-O<number>`.
    #[n(1)]
    pub offer_id: OfferId,
    /// Whom it is for.
    #[n(2)]
    pub framework_id: FrameworkId,
    /// Whose resources.
    #[n(3)]
    pub agent_id: AgentId,
    /// In which of the framework's roles; the resources carry no allocation of their own.
    #[n(4)]
    pub role: Role,
    /// What is offered.
    #[n(5)]
    pub resources: Resources,
    /// When it ends by itself.
    #[n(6)]
    pub expires: Option<Timestamp>,
    /// The framework's slot, which stays its own while the offer stands.
    #[n(7)]
    pub framework: u32,
    /// The agent's slot.
    #[n(8)]
    pub agent: u32,
    /// When it was made.
    #[n(9)]
    pub made: Timestamp,
}

impl Offer {
    /// What the allocator is told of it.
    pub(crate) fn charge(&self) -> (u32, &Role, u32, &Resources) {
        (self.framework, &self.role, self.agent, &self.resources)
    }

    /// The number in an offer's id; `None` if it is none of this form.
    pub fn number_of(offer_id: &OfferId) -> Option<u64> {
        offer_id.as_str().rsplit_once("-O")?.1.parse().ok()
    }
}
