use wire_link::{Failure, Hold};

use crate::{Agent, Event, Reject};

impl Agent {
    /// Takes other reservations and volumes on. Only later ones than those that are here: an order may be late.
    pub(super) fn hold(&self, order: Hold) -> Result<Vec<Event>, Reject> {
        self.fresh(order.epoch)?;
        let later = order.holdings.version > self.holdings.version;
        Ok(later
            .then(|| Event::HoldingsOrdered {
                holdings: order.holdings,
                index: order.index,
            })
            .into_iter()
            .collect())
    }

    /// The directories of all volumes are there, and those of destroyed ones are not.
    pub(super) fn volumes_made(&self, version: u64) -> Vec<Event> {
        let news = version == self.holdings.version && self.made != version;
        news.then_some(Event::VolumesMade { version }).into_iter().collect()
    }

    /// Some of them can't be made or wiped: the master says what to have instead.
    pub(super) fn volumes_failed(&self, version: u64, failures: Vec<Failure>) -> Vec<Event> {
        let news = version == self.holdings.version && self.made != version && self.failed != failures;
        news.then_some(Event::VolumesFailed { version, failures })
            .into_iter()
            .collect()
    }
}
