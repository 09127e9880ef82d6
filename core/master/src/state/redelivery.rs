use std::time::Duration;

use base_clock::Timestamp;
use imbl::{OrdMap, OrdSet};

/// From a delivery to the first repetition (Mesos' `STATUS_UPDATE_RETRY_INTERVAL_MIN`).
const SHORTEST: Duration = Duration::from_secs(10);
/// Each wait is twice the one before it, up to this one (Mesos' `STATUS_UPDATE_RETRY_INTERVAL_MAX`).
const LONGEST: Duration = Duration::from_secs(600);

/// When the first unacknowledged status of a task is delivered again, by the task's slot. It has its own queue beside the
/// other timers, as a hundred thousand may be due at once, and what looks for agents or offers must not pass them all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redelivery {
    waits: OrdMap<u32, Wait>,
    queue: OrdSet<(Timestamp, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    until: Timestamp,
    length: Duration,
}

impl Redelivery {
    /// A status is delivered for the first time, or for the first time on a connection.
    pub(crate) fn start(&mut self, task: u32, now: Timestamp) {
        self.wait(task, now, SHORTEST);
    }

    /// The status that was waited for is delivered again.
    pub(crate) fn repeat(&mut self, task: u32, now: Timestamp) {
        if let Some(wait) = self.waits.get(&task) {
            self.wait(task, now, LONGEST.min(wait.length * 2));
        }
    }

    /// Nothing more is to be delivered, or nobody is there to hear it.
    pub(crate) fn stop(&mut self, task: u32) {
        if let Some(wait) = self.waits.remove(&task) {
            self.queue.remove(&(wait.until, task));
        }
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.queue.get_min().map(|(until, _)| *until)
    }

    /// The tasks whose turn it is, those that wait longest first.
    pub(crate) fn due(&self, now: Timestamp) -> impl Iterator<Item = u32> {
        let due = self.queue.iter().take_while(move |(until, _)| *until <= now);
        due.map(|(_, task)| *task)
    }

    /// Whether a task's status will be repeated.
    pub(crate) fn contains(&self, task: u32) -> bool {
        let wait = self.waits.get(&task);
        wait.is_some_and(|wait| self.queue.contains(&(wait.until, task)))
    }

    /// How many tasks there are; `None` if the queue has others.
    pub(crate) fn count(&self) -> Option<usize> {
        let count = self.waits.len();
        (count == self.queue.len()).then_some(count)
    }

    fn wait(&mut self, task: u32, now: Timestamp, length: Duration) {
        self.stop(task);
        let until = now + length;
        self.waits.insert(task, Wait { until, length });
        self.queue.insert((until, task));
    }
}
