//! How often frameworks may call, by principal (Mesos' `--rate-limits`).

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

/// The limits as Mesos' JSON has them (`RateLimits`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// One for each principal that has its own.
    #[serde(default)]
    limits: Vec<RateLimit>,
    /// Calls a second of all other frameworks together; without a limit if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_default_qps: Option<f64>,
    /// How many of their calls may wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_default_capacity: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    principal: String,
    /// Calls a second; without a limit if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    qps: Option<f64>,
    /// How many calls may wait; any number if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u64>,
}

impl fmt::Display for RateLimits {
    /// As Mesos' JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl RateLimits {
    /// From JSON.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let limits: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let qps = limits.limits.iter().filter_map(|limit| limit.qps);
        if let Some(bad) = qps
            .chain(limits.aggregate_default_qps)
            .find(|qps| !qps.is_normal() || *qps < 1e-6)
        {
            return Err(format!("Invalid qps: {bad}. It must be a positive number"));
        }
        for (at, limit) in limits.limits.iter().enumerate() {
            if limits.limits[..at]
                .iter()
                .any(|other| other.principal == limit.principal)
            {
                return Err(format!(
                    "Duplicate principal {} found in RateLimits configuration",
                    limit.principal
                ));
            }
        }
        Ok(limits)
    }
}

/// The limits at work. A clone is a pointer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    own: HashMap<String, Option<Bucket>>,
    others: Option<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    interval: Duration,
    capacity: Option<u64>,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    /// When the next call may go on.
    next: Option<Instant>,
    waiting: u64,
}

impl Limits {
    pub(crate) fn new(limits: &RateLimits) -> Self {
        let own = limits.limits.iter();
        let own = own.map(|limit| (limit.principal.clone(), Bucket::new(limit.qps, limit.capacity)));
        Self(Arc::new(Table {
            own: own.collect(),
            others: Bucket::new(limits.aggregate_default_qps, limits.aggregate_default_capacity),
        }))
    }

    /// Whether nobody is limited.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.own.is_empty() && self.0.others.is_none()
    }

    /// Waits until a framework's call may go on. `Err` holds the capacity that it exceeds: the call is dropped.
    pub(crate) async fn wait(&self, principal: Option<&str>) -> Result<(), u64> {
        let own = principal.and_then(|principal| self.0.own.get(principal));
        let bucket = match own {
            Some(own) => own.as_ref(),
            None => self.0.others.as_ref(),
        };
        let Some(bucket) = bucket else { return Ok(()) };
        let (turn, _waiting) = bucket.enter()?;
        sleep_until(turn).await;
        Ok(())
    }
}

/// One place in a queue.
struct Waiting<'a>(&'a Bucket);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.queue().waiting -= 1;
    }
}

impl Bucket {
    fn new(qps: Option<f64>, capacity: Option<u64>) -> Option<Self> {
        Some(Self {
            interval: Duration::from_secs_f64(1.0 / qps?),
            capacity,
            queue: Mutex::default(),
        })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) -> Result<(Instant, Waiting<'_>), u64> {
        let mut queue = self.queue();
        if let Some(capacity) = self.capacity.filter(|capacity| queue.waiting >= *capacity) {
            return Err(capacity);
        }
        let now = Instant::now();
        let turn = queue.next.map_or(now, |next| next.max(now));
        queue.next = Some(turn + self.interval);
        queue.waiting += 1;
        Ok((turn, Waiting(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(text: &str) -> Limits {
        Limits::new(&RateLimits::parse(text).expect("limits"))
    }

    #[test]
    fn nonsense_is_refused() {
        for (bad, why) in [
            (r#"{"limits": [{"qps": 1}]}"#, "principal"),
            (r#"{"limits": [{"principal": "a", "qps": 0}]}"#, "Invalid qps: 0"),
            (r#"{"aggregate_default_qps": -1}"#, "Invalid qps: -1"),
            (
                r#"{"limits": [{"principal": "a"}, {"principal": "a"}]}"#,
                "Duplicate principal a",
            ),
            (r#"{"other": 1}"#, "unknown field"),
        ] {
            let said = RateLimits::parse(bad).expect_err(bad);
            assert!(said.contains(why), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_wait_for_their_turn_and_too_many_are_dropped() {
        let limits = limits(r#"{"limits": [{"principal": "a", "qps": 2, "capacity": 2}, {"principal": "free"}]}"#);
        let start = Instant::now();
        let call = || limits.wait(Some("a"));
        let answers = tokio::join!(call(), call(), call(), call());
        assert_eq!(
            answers,
            (Ok(()), Ok(()), Ok(()), Err(2)),
            "one goes at once, two may wait"
        );
        assert_eq!(start.elapsed().as_millis(), 1000);
        for _ in 0..100 {
            assert_eq!(limits.wait(Some("free")).await, Ok(()));
            assert_eq!(limits.wait(None).await, Ok(()), "others have no limit here");
        }
        assert_eq!(start.elapsed().as_millis(), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn all_others_share_one_limit() {
        let limits = limits(r#"{"aggregate_default_qps": 1}"#);
        let start = Instant::now();
        for principal in [Some("a"), None, Some("b")] {
            assert_eq!(limits.wait(principal).await, Ok(()));
        }
        assert_eq!(start.elapsed().as_secs(), 2);
    }
}
