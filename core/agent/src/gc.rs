use std::time::Duration;

use base_clock::Timestamp;

/// A sandbox whose container is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sandbox<P> {
    /// Where it is.
    pub path: P,
    /// When its container ended.
    pub ended: Timestamp,
}

/// Which sandboxes to remove: those older than `max_age`, scaled down as the disk fills up.
///
/// As in Mesos: with `free` (0 to 1 of the disk) at or below `headroom` nothing is kept; above it the age shrinks in
/// proportion, `max_age × (free − headroom)` of a disk that is otherwise empty. Oldest first.
pub fn overdue<P>(mut all: Vec<Sandbox<P>>, now: Timestamp, max_age: Duration, free: f64, headroom: f64) -> Vec<P> {
    let share = ((free - headroom) / (1.0 - headroom)).clamp(0.0, 1.0);
    let allowed = if share.is_finite() {
        max_age.mul_f64(share)
    } else {
        Duration::ZERO
    };
    all.sort_by_key(|sandbox| sandbox.ended);
    all.into_iter()
        .filter(|sandbox| now.since(sandbox.ended) >= allowed)
        .map(|sandbox| sandbox.path)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

    fn at(free: f64) -> Vec<&'static str> {
        let now = Timestamp::EPOCH + 3 * WEEK;
        let all = vec![
            Sandbox {
                path: "new",
                ended: now - Duration::from_secs(60),
            },
            Sandbox {
                path: "half",
                ended: now - WEEK / 2,
            },
            Sandbox {
                path: "old",
                ended: now - WEEK,
            },
        ];
        overdue(all, now, WEEK, free, 0.1)
    }

    #[test]
    fn age_shrinks_with_the_free_disk() {
        assert_eq!(at(1.0), ["old"]);
        assert_eq!(at(0.5), ["old", "half"]);
        assert_eq!(at(0.05), ["old", "half", "new"]);
    }
}
