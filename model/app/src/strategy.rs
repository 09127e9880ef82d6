use minicbor::{Decode, Encode};

/// How a new version replaces the old one.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct UpgradeStrategy {
    /// The share of `instances` that stays healthy meanwhile, 0 to 1.
    #[n(0)]
    pub minimum_health_capacity: f64,
    /// The share of `instances` that may run on top meanwhile, 0 to 1.
    #[n(1)]
    pub maximum_over_capacity: f64,
}

impl Default for UpgradeStrategy {
    /// All stay, and as many again may come.
    fn default() -> Self {
        Self {
            minimum_health_capacity: 1.0,
            maximum_over_capacity: 1.0,
        }
    }
}

impl UpgradeStrategy {
    /// The default of apps with persistent or external volumes: half stay, none on top.
    pub const RESIDENT: Self = Self {
        minimum_health_capacity: 0.5,
        maximum_over_capacity: 0.0,
    };

    /// How many of `instances` must stay healthy: rounded up.
    pub fn min_healthy(&self, instances: u32) -> u32 {
        (self.minimum_health_capacity * f64::from(instances)).ceil() as u32
    }

    /// How many may run at most when the goal is `instances`: rounded down.
    pub fn max_running(&self, instances: u32) -> u32 {
        ((1.0 + self.maximum_over_capacity) * f64::from(instances)).floor() as u32
    }
}

/// What is done about instances on unreachable agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Unreachable {
    /// After this time another instance is launched, in seconds.
    #[n(0)]
    pub inactive_after_seconds: u64,
    /// After this time the instance is given up: it is killed should it come back, in seconds.
    #[n(1)]
    pub expunge_after_seconds: u64,
}

/// Who goes first on scaling down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KillSelection {
    #[default]
    #[n(0)]
    YoungestFirst,
    #[n(1)]
    OldestFirst,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_up_for_health_and_down_for_capacity() {
        let strategy = UpgradeStrategy {
            minimum_health_capacity: 0.5,
            maximum_over_capacity: 0.25,
        };
        assert_eq!([1, 3, 4].map(|n| strategy.min_healthy(n)), [1, 2, 2]);
        assert_eq!([1, 3, 4].map(|n| strategy.max_running(n)), [1, 3, 5]);
        assert_eq!((strategy.min_healthy(0), strategy.max_running(0)), (0, 0));
        assert_eq!(UpgradeStrategy::default().max_running(3), 6);
    }
}
