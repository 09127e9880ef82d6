use std::time::Duration;

use base_clock::Timestamp;
use minicbor::{Decode, Encode};
use model_app::Backoff;

/// Launches of an app wait because its tasks fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Delay {
    /// How long each failure makes the next launch wait, in milliseconds.
    #[n(0)]
    pub millis: u64,
    /// Until when.
    #[n(1)]
    pub until: Timestamp,
}

impl Delay {
    /// The delay after one more failure. A task that ran for longer than the longest delay after the last one starts anew.
    pub fn after(last: Option<Self>, backoff: &Backoff, now: Timestamp) -> Self {
        let longest = Duration::from_secs(u64::from(backoff.max_seconds));
        let last = last.filter(|d| now <= d.until + longest);
        let next = backoff.after(last.map(|d| Duration::from_millis(d.millis)));
        Self {
            millis: u64::try_from(next.as_millis()).unwrap_or(u64::MAX),
            until: now + next,
        }
    }
}
