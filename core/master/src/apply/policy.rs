use std::sync::Arc;

use model_cluster::Quota;
use model_resources::Role;

use crate::Master;

impl Master {
    pub(super) fn set_weights(&mut self, weights: &[(Role, f64)]) {
        Arc::make_mut(&mut self.hard.weights).extend(weights.iter().cloned());
    }

    /// Every agent may have something for somebody now.
    pub(super) fn set_quotas(&mut self, quotas: &[(Role, Quota)]) {
        let all = Arc::make_mut(&mut self.hard.quotas);
        for (role, quota) in quotas {
            if quota.is_default() {
                all.remove(role);
            } else {
                all.insert(role.clone(), quota.clone());
            }
        }
        self.soft.dirty.agents = self.hard.agents.iter().map(|(slot, _)| slot).collect();
    }
}
