use std::fmt::Debug;

use model_resources::{Name, Resource, Resources, Scalar};

use crate::Usage;

/// Says what an agent has beyond what it offers for sure (Mesos' `ResourceEstimator`). Asked every now and then; nothing
/// else follows from its answer than that the master is told when it has changed.
pub trait Estimator: Debug + Send + Sync {
    /// All that may be used beyond, what is used of it included; without marks of its own, as all of it is revocable.
    fn estimate(&self, usage: &Usage) -> Resources;
}

/// Always the same (Mesos' `FixedResourceEstimator`).
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed(
    /// What there is beyond.
    pub Resources,
);

impl Estimator for Fixed {
    fn estimate(&self, _: &Usage) -> Resources {
        self.0.clone()
    }
}

/// The cores that were given for sure and are not used, less a share that is kept for those they were given to. No memory:
/// it cannot be taken back without killing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slack {
    /// The share (0 to 1) of what was given that is kept.
    pub headroom: f64,
}

/// Less than that, in thousandths of a core, is no news: each change rescinds offers.
const STEP: i64 = 100;

impl Estimator for Slack {
    fn estimate(&self, usage: &Usage) -> Resources {
        let sure = usage
            .used
            .iter()
            .filter(|used| !used.allocated.iter().any(Resource::is_revocable));
        let slack = |given: f64, busy: f64| (given * (1.0 - self.headroom) - busy).max(0.0);
        let idle = sure.filter_map(|used| Some(slack(used.allocated.cpus().to_f64(), used.cpus?)));
        let millis = (idle.sum::<f64>() * 1000.0) as i64;
        Resource::new(Name::Cpus, Scalar::from_millis(millis / STEP * STEP)).into()
    }
}
