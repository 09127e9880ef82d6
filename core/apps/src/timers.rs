use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, Uuid};
use imbl::{OrdMap, OrdSet};

/// What time will bring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// Launches of an app wait no more.
    Delay(AppId),
    /// A refused app is placed again.
    Retry(AppId),
    /// A deployment made no progress for too long.
    Progress(DeploymentId),
    /// An instance is unreachable for long enough for the next consequence.
    Unreachable(Uuid),
}

/// Timers by what they are for; each has one time. Follows from the state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    at: OrdMap<Timer, Timestamp>,
    queue: OrdSet<(Timestamp, Timer)>,
}

impl Timers {
    pub fn set(&mut self, timer: Timer, at: Option<Timestamp>) {
        if self.at.get(&timer).copied() == at {
            return;
        }
        if let Some(before) = self.at.remove(&timer) {
            self.queue.remove(&(before, timer.clone()));
        }
        if let Some(at) = at {
            self.at.insert(timer.clone(), at);
            self.queue.insert((at, timer));
        }
    }

    pub fn get(&self, timer: &Timer) -> Option<Timestamp> {
        self.at.get(timer).copied()
    }

    pub fn next(&self) -> Option<Timestamp> {
        self.queue.get_min().map(|(at, _)| *at)
    }

    pub fn due(&self, now: Timestamp) -> Vec<Timer> {
        self.queue
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, timer)| timer.clone())
            .collect()
    }
}
