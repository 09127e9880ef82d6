use model_resources::Role;

use super::{Decided, dropped};
use crate::{Drop, Event, Master, Reject};

impl Master {
    /// Offers that stand are rescinded if one of the roles has a framework, as in Mesos.
    pub(super) fn update_weights(&self, weights: Vec<(Role, f64)>) -> Decided {
        if let Some((role, weight)) = weights
            .iter()
            .find(|(_, weight)| !(weight.is_finite() && *weight > 0.0))
        {
            return Err(Reject::InvalidWeight(format!(
                "Invalid weight '{weight}' for role '{role}': Weights must be positive"
            )));
        }
        let mut subscribed = self
            .hard
            .frameworks
            .iter()
            .flat_map(|(_, framework)| &framework.spec.roles);
        let in_use = subscribed.any(|role| weights.iter().any(|(changed, _)| changed == role));
        let mut events = vec![Event::WeightsUpdated { weights }];
        if in_use {
            events.extend(self.soft.offers.values().map(|offer| dropped(offer, Drop::Rescinded)));
        }
        Ok(events)
    }
}
