use std::sync::{Arc, Mutex, PoisonError};

use core_control::{Control, Event as Fact};
use io_engine::Committed;
use io_httpd::{
    Bytes,
    fanout::{Fanout, Listener},
};
use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    watch,
};
use tracing::warn;
use wire_mesos::{ContentType, encode_record, v1::master::Event};

use super::{about::About, facts::Reporter};
use crate::{Master, document::Position};

/// How many events may wait for a subscriber that does not read.
const BACKLOG: usize = 16_384;
/// How many may subscribe (Mesos' `--max_operator_event_stream_subscribers`), in each content type.
const MOST: usize = 1000;

/// When something happened, the event as a record, and who may see it.
pub(super) type Item = (Position, Bytes, Arc<About>);

/// Who is subscribed. A clone is a pointer.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Shared>);

struct Shared {
    json: Fanout<Item>,
    protobuf: Fanout<Item>,
    /// Whether somebody turns facts into events.
    reporting: Mutex<bool>,
    /// Whether every fact from now on is reported.
    live: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self(Arc::new(Shared {
            json: Fanout::new(BACKLOG, MOST),
            protobuf: Fanout::new(BACKLOG, MOST),
            reporting: Mutex::new(false),
            live: watch::Sender::new(false),
        }))
    }
}

impl Hub {
    fn fanout(&self, content_type: ContentType) -> &Fanout<Item> {
        match content_type {
            ContentType::Json => &self.0.json,
            ContentType::Protobuf => &self.0.protobuf,
        }
    }

    /// How many are subscribed.
    pub(crate) fn count(&self) -> usize {
        self.0.json.count() + self.0.protobuf.count()
    }

    /// Begins to listen.
    pub(super) fn listen(&self, master: &Master, content_type: ContentType) -> Listener<Item> {
        let listener = self.fanout(content_type).listen();
        let mut reporting = self.0.reporting.lock().unwrap_or_else(PoisonError::into_inner);
        if !*reporting {
            *reporting = true;
            tokio::spawn(report(master.clone()));
        }
        listener
    }

    /// Waits until every fact that is decided from then on is reported.
    pub(super) async fn live(&self) {
        drop(self.0.live.subscribe().wait_for(|live| *live).await);
    }

    /// Encodes an event once for each content type in which somebody listens, and gives it to all of them.
    fn publish(&self, position: Position, event: &Event, about: About) {
        let about = Arc::new(about);
        for content_type in [ContentType::Json, ContentType::Protobuf] {
            let fanout = self.fanout(content_type);
            if fanout.count() > 0 {
                fanout.publish(&(position, encode_record(content_type, event).into(), about.clone()));
            }
        }
    }

    /// Ends the reporting if nobody listens; `true` if so.
    fn rest_if_quiet(&self) -> bool {
        let mut reporting = self.0.reporting.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = self.count() == 0;
        if quiet {
            self.0.live.send_replace(false);
            *reporting = false;
        }
        quiet
    }

    /// Events were lost: everybody must read the state anew.
    fn lose(&self) {
        self.0.live.send_replace(false);
        self.0.json.lose();
        self.0.protobuf.lose();
    }
}

/// Turns facts into events until nobody listens.
async fn report(master: Master) {
    loop {
        let facts = master.handle.events();
        let Ok(snapshot) = master.handle.state().await else {
            return;
        };
        let seen = (snapshot.index, snapshot.at);
        let reporter = Reporter {
            pool: snapshot.state.master.clone(),
        };
        drop(snapshot);
        master.hub.0.live.send_replace(true);
        if !follow(&master.hub, facts, seen, reporter).await {
            return;
        }
    }
}

/// Follows the facts; `true` if some were lost and it must begin anew.
async fn follow(
    hub: &Hub,
    mut facts: Receiver<Arc<Committed<Control>>>,
    seen: Position,
    mut reporter: Reporter,
) -> bool {
    loop {
        match facts.recv().await {
            Ok(batch) if (batch.index, batch.at) <= seen => {}
            Ok(batch) => {
                let position = (batch.index, batch.at);
                for fact in &batch.events {
                    if let Fact::Master(fact) = fact {
                        reporter.report(batch.at, fact, &mut |event, about| hub.publish(position, &event, about));
                    }
                }
            }
            Err(RecvError::Lagged(batches)) => {
                warn!(
                    batches,
                    "the operators' event stream fell behind; its subscribers get the state anew"
                );
                hub.lose();
                return true;
            }
            Err(RecvError::Closed) => return false,
        }
        if hub.rest_if_quiet() {
            return false;
        }
    }
}
