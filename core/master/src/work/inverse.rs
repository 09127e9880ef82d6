use base_ids::{AgentId, FrameworkId};

use crate::{Config, Effect, InverseOffer, Master};

impl Master {
    /// The latest inverse offers to a framework that still stand.
    pub(super) fn inverse_offer_effect(&self, framework_id: &FrameworkId) -> Option<Effect> {
        let slot = *self.framework_slots.get(framework_id)?;
        self.soft.sessions.get(&slot)?;
        let inverse = &self.soft.inverse;
        let latest = inverse
            .of_framework(slot)
            .filter(|offer| offer.number >= inverse.latest);
        let offers: Vec<InverseOffer> = latest.map(|offer| offer.as_ref().clone()).collect();
        (!offers.is_empty()).then(|| Effect::InverseOffer {
            framework_id: framework_id.clone(),
            offers,
        })
    }

    pub(super) fn rescind_inverse_effect(
        &self,
        config: &Config,
        framework_id: &FrameworkId,
        number: u64,
    ) -> Option<Effect> {
        let connected = self.soft.sessions.contains_key(self.framework_slots.get(framework_id)?);
        let gone = connected && !self.soft.inverse.by_number.contains_key(&number);
        gone.then(|| Effect::RescindInverse {
            framework_id: framework_id.clone(),
            offer_id: format!("{}-O{number}", config.cluster_id).into(),
        })
    }

    pub(super) fn agent_failed_effect(&self, agent_id: &AgentId) -> Option<Effect> {
        let here = self.agent_slots.get(agent_id).is_some_and(|slot| {
            let agent = self.hard.agents.get(*slot);
            agent.is_some_and(|agent| agent.unreachable_since.is_none()) && !self.down.contains(slot)
        });
        (!here).then(|| Effect::AgentFailed {
            agent_id: agent_id.clone(),
        })
    }
}
