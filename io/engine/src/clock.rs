use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base_clock::Timestamp;

/// Time that only goes forward: it starts at the wall clock, or at the journal's last record if that is later, and then
/// advances by the monotonic clock. A jump of the wall clock moves no deadline.
pub(crate) struct Clock {
    base: Timestamp,
    started: Instant,
}

impl Clock {
    pub(crate) fn starting_after(last: Timestamp) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self {
            base: (Timestamp::EPOCH + wall).max(last),
            started: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.base + self.started.elapsed()
    }
}
