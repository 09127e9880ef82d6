use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base_ids::TaskId;
use core_agent::{Agent, ExecutorKey, Order};
use io_httpd::Bytes;
use tokio::sync::mpsc;
use wire_link::ExecutorMessage;
use wire_mesos::{ContentType, encode_record, v1::executor::Event};

use super::events;

/// How many events may wait for a slow executor before it is cut off.
const BACKLOG: usize = 16_384;

/// One subscription's stream.
struct Stream {
    content_type: ContentType,
    outbox: mpsc::Sender<Bytes>,
    /// Events that came before SUBSCRIBED was sent; `None` afterwards.
    held: Option<Vec<Bytes>>,
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

    /// Opens a stream whose events are held back until [`Executors::subscribed`].
    pub(super) fn open(
        &self,
        connection: u64,
        content_type: ContentType,
        known: HashSet<TaskId>,
    ) -> mpsc::Receiver<Bytes> {
        let (outbox, events) = mpsc::channel(BACKLOG);
        let stream = Stream {
            content_type,
            outbox,
            held: Some(Vec::new()),
            known,
            told: HashSet::new(),
        };
        self.streams().insert(connection, stream);
        events
    }

    /// Sends SUBSCRIBED, then what was held back.
    pub(super) fn subscribed(&self, connection: u64, event: &Event) {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return;
        };
        let held = stream.held.take().unwrap_or_default();
        let first = Bytes::from(encode_record(stream.content_type, event));
        let sent = std::iter::once(first)
            .chain(held)
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
        let record = Bytes::from(encode_record(stream.content_type, event));
        match &mut stream.held {
            Some(held) => held.push(record),
            None if stream.outbox.try_send(record).is_ok() => {}
            None => {
                streams.remove(&connection);
                return false;
            }
        }
        true
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
    pub(super) fn close(&self, connection: u64) {
        self.streams().remove(&connection);
    }
}
