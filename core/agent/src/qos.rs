use std::fmt::Debug;

use model_resources::Resource;

use crate::{Owner, Usage};

/// Says who must go so that what was given for sure is to be had (Mesos' `QoSController`).
pub trait QosController: Debug + Send + Sync {
    /// Whose containers are killed. Only what has revocable resources may be named; the rest is passed over.
    fn corrections(&self, usage: &Usage) -> Vec<Owner>;
}

/// Everybody with revocable resources must go while the machine's load is above a threshold (Mesos' `LoadQoSController`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// For the average over 5 minutes.
    pub five: Option<f64>,
    /// For the average over 15 minutes.
    pub fifteen: Option<f64>,
}

impl QosController for Load {
    fn corrections(&self, usage: &Usage) -> Vec<Owner> {
        let [_, five, fifteen] = usage.load;
        let above = |load: f64, threshold: Option<f64>| threshold.is_some_and(|threshold| load > threshold);
        if !above(five, self.five) && !above(fifteen, self.fifteen) {
            return Vec::new();
        }
        let revocable = usage
            .used
            .iter()
            .filter(|used| used.allocated.iter().any(Resource::is_revocable));
        revocable.map(|used| used.owner.clone()).collect()
    }
}
