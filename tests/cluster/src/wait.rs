use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

/// How long anything may take before a test says that it does not happen. Far above what it takes: tests check
/// behaviour, benchmarks time it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// Looks again and again until there is a value.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain for {what}");
        std::thread::sleep(LOOK);
    }
}

/// Looks again and again until the value is the expected one; fails with the last one that it saw.
pub fn eventually<T: PartialEq + Debug>(what: &str, expected: T, mut look: impl FnMut() -> T) {
    let start = Instant::now();
    loop {
        let seen = look();
        if seen == expected {
            return;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{what}: after {PATIENCE:?} it is {seen:?}, not {expected:?}"
        );
        std::thread::sleep(LOOK);
    }
}
