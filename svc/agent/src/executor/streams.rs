use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base_ids::TaskId;
use core_agent::{Agent, ExecutorKey, Order};
use io_httpd::Bytes;
use tokio::sync::mpsc;
use wire_link::ExecutorMessage;
use wire_mesos::{
    ContentType,
    driver::{
        Pid,
        executor::{Addressee, post_event},
    },
    encode_record,
    v1::executor::Event,
};

use super::events;

/// How many events may wait for a slow executor before it is cut off.
const BACKLOG: usize = 16_384;

/// How a stream's events are written.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each executor, and no vector of them"
)]
pub(crate) enum Form {
    /// As records of a response.
    Http(ContentType),
    /// As posts to a native driver.
    Driver(Addressee),
}

impl Form {
    /// The event's bytes; `None` if this executor does not hear of such events. `again`: the executor comes back.
    fn write(&self, event: &Event, again: bool) -> Option<Bytes> {
        let record = match self {
            Self::Http(content_type) => encode_record(*content_type, event),
            Self::Driver(to) => post_event(to, again, event)?,
        };
        Some(Bytes::from(record))
    }

    fn driver(&self) -> Option<&Pid> {
        match self {
            Self::Http(_) => None,
            Self::Driver(to) => Some(&to.route.to),
        }
    }
}

/// One subscription's stream.
struct Stream {
    form: Form,
    outbox: mpsc::Sender<Bytes>,
    /// Events that came before SUBSCRIBED was sent; `None` afterwards.
    held: Option<Vec<Event>>,
    /// Tasks that the executor has from an earlier connection.
    known: HashSet<TaskId>,
    /// Orders given on this connection: each is given once.
    told: HashSet<Order>,
}

/// The executors that are subscribed right now, by the number of their connection. A clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Executors(Arc<Mutex<HashMap<u64, Stream>>>);

impl Executors {
    fn streams(&self) -> MutexGuard<'_, HashMap<u64, Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream whose events are held back until [`Executors::subscribed`]. `Err` gives the connection of a native
    /// driver that has one.
    pub(crate) fn open(
        &self,
        connection: u64,
        form: Form,
        known: HashSet<TaskId>,
    ) -> Result<mpsc::Receiver<Bytes>, u64> {
        let mut streams = self.streams();
        let same = |stream: &Stream| form.driver().is_some() && stream.form.driver() == form.driver();
        if let Some((connection, _)) = streams.iter().find(|(_, stream)| same(stream)) {
            return Err(*connection);
        }
        let (outbox, events) = mpsc::channel(BACKLOG);
        let stream = Stream {
            form,
            outbox,
            held: Some(Vec::new()),
            known,
            told: HashSet::new(),
        };
        streams.insert(connection, stream);
        Ok(events)
    }

    /// Sends SUBSCRIBED, then what was held back. `again`: to an executor that was there before.
    pub(super) fn subscribed(&self, connection: u64, event: &Event, again: bool) {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return;
        };
        let held = stream.held.take().unwrap_or_default();
        let sent = std::iter::once(event)
            .chain(&held)
            .filter_map(|event| stream.form.write(event, again))
            .all(|record| stream.outbox.try_send(record).is_ok());
        if !sent {
            streams.remove(&connection);
        }
    }

    /// Sends an event; `false` if there is no such stream. An executor that does not read is cut off: it will come back.
    pub(crate) fn send(&self, connection: u64, event: &Event) -> bool {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return false;
        };
        if let Some(held) = &mut stream.held {
            held.push(event.clone());
            return true;
        }
        let record = stream.form.write(event, false);
        let sent = record.is_none_or(|record| stream.outbox.try_send(record).is_ok());
        if !sent {
            streams.remove(&connection);
        }
        sent
    }

    /// Whether the executor behind a connection could make something of an event; `true` if there is none.
    pub(crate) fn hears(&self, connection: u64, event: &Event) -> bool {
        let streams = self.streams();
        let stream = streams.get(&connection);
        stream.is_none_or(|stream| stream.form.write(event, false).is_some())
    }

    /// The native driver behind a connection.
    pub(crate) fn driver(&self, connection: u64) -> Option<Pid> {
        self.streams().get(&connection)?.form.driver().cloned()
    }

    /// Whether an order is to be given: not if it was on this connection, or concerns tasks that the executor has already.
    /// Asked once, it is no news any more.
    pub(super) fn is_news(&self, connection: u64, order: &Order) -> bool {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return false;
        };
        let has = matches!(order, Order::Launch(tasks) if tasks.iter().any(|task| stream.known.contains(task)));
        !has && stream.told.insert(order.clone())
    }

    /// Passes on what a scheduler says to an executor; dropped if it is not there, as in Mesos.
    pub(crate) fn pass_on(&self, agent: &Agent, message: &ExecutorMessage) {
        let key = ExecutorKey {
            framework_id: message.framework_id.clone(),
            executor_id: message.executor_id.clone(),
        };
        if let Some(connection) = agent.connection(&key) {
            self.send(connection, &events::message(&message.data));
        }
    }

    /// Ends a stream.
    pub(crate) fn close(&self, connection: u64) {
        self.streams().remove(&connection);
    }
}
