use std::time::Duration;

use minicbor::{Decode, Encode};

/// How launches wait after failures: `seconds`, then `factor` times longer with each failure up to `max_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Backoff {
    /// The first delay, in seconds (`backoffSeconds`).
    #[n(0)]
    pub seconds: u32,
    /// At least 1 (`backoffFactor`).
    #[n(1)]
    pub factor: f64,
    /// The longest delay, in seconds (`maxLaunchDelaySeconds`).
    #[n(2)]
    pub max_seconds: u32,
}

impl Default for Backoff {
    /// 1 s, 1.15, 300 s.
    fn default() -> Self {
        Self {
            seconds: 1,
            factor: 1.15,
            max_seconds: 300,
        }
    }
}

impl Backoff {
    /// The delay that follows `last` when a launch failed; the first one if there was none.
    pub fn after(&self, last: Option<Duration>) -> Duration {
        let max = f64::from(self.max_seconds);
        let next = last.map_or(f64::from(self.seconds), |d| d.as_secs_f64() * self.factor);
        Duration::try_from_secs_f64(next.min(max)).unwrap_or(Duration::from_secs(self.max_seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_by_the_factor_up_to_the_maximum() {
        let backoff = Backoff {
            seconds: 2,
            factor: 2.0,
            max_seconds: 7,
        };
        let first = backoff.after(None);
        let second = backoff.after(Some(first));
        let third = backoff.after(Some(second));
        assert_eq!([first, second, third].map(|d| d.as_secs()), [2, 4, 7]);
    }

    #[test]
    fn a_wild_factor_stops_at_the_maximum() {
        let backoff = Backoff {
            seconds: 1,
            factor: f64::INFINITY,
            max_seconds: 300,
        };
        assert_eq!(backoff.after(Some(Duration::from_secs(1))).as_secs(), 300);
        let backoff = Backoff {
            factor: f64::NAN,
            ..backoff
        };
        assert_eq!(backoff.after(Some(Duration::from_secs(1))).as_secs(), 300);
    }
}
