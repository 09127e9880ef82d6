//! The schedulers that are subscribed over HTTP right now, by the number of their connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use io_httpd::Bytes;
use tokio::sync::{Notify, mpsc};
use wire_mesos::{
    ContentType, encode, recordio,
    v1::scheduler::{Event, event},
};

/// How many events may wait for a slow scheduler before it is cut off.
const BACKLOG: usize = 65_536;

/// One subscription's stream.
struct Stream {
    content_type: ContentType,
    stream_id: String,
    outbox: mpsc::Sender<Bytes>,
    /// Events that came before SUBSCRIBED was sent; `None` afterwards.
    held: Option<Vec<Bytes>>,
    /// Told of every event but heartbeats.
    spoke: Arc<Notify>,
}

/// Streams by connection. Shared; a clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Frameworks(Arc<Mutex<HashMap<u64, Stream>>>);

impl Frameworks {
    fn streams(&self) -> MutexGuard<'_, HashMap<u64, Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream whose events are held back until [`Frameworks::subscribed`].
    pub(crate) fn open(&self, connection: u64, stream_id: String, content_type: ContentType) -> mpsc::Receiver<Bytes> {
        let (outbox, events) = mpsc::channel(BACKLOG);
        let stream = Stream {
            content_type,
            stream_id,
            outbox,
            held: Some(Vec::new()),
            spoke: Arc::default(),
        };
        self.streams().insert(connection, stream);
        events
    }

    /// Sends SUBSCRIBED, then what was held back.
    pub(crate) fn subscribed(&self, connection: u64, event: &Event) {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return;
        };
        let held = stream.held.take().unwrap_or_default();
        let first = Bytes::from(recordio::encode(&encode(stream.content_type, event)));
        let sent = std::iter::once(first)
            .chain(held)
            .all(|record| stream.outbox.try_send(record).is_ok());
        if !sent {
            streams.remove(&connection);
        }
    }

    /// Sends an event; `false` if there is no such stream. A scheduler that does not read is cut off: it will reconcile.
    pub(crate) fn send(&self, connection: u64, event: &Event) -> bool {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return false;
        };
        let record = Bytes::from(recordio::encode(&encode(stream.content_type, event)));
        if event.r#type() != event::Type::Heartbeat {
            stream.spoke.notify_one();
        }
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

    /// Sends an event to every scheduler.
    pub(crate) fn send_all(&self, event: &Event) {
        let connections: Vec<u64> = self.streams().keys().copied().collect();
        for connection in connections {
            self.send(connection, event);
        }
    }

    /// The stream's id, as later calls must name it.
    pub(crate) fn stream_id(&self, connection: u64) -> Option<String> {
        self.streams().get(&connection).map(|stream| stream.stream_id.clone())
    }

    /// Told whenever an event other than a heartbeat was sent.
    pub(crate) fn spoke(&self, connection: u64) -> Option<Arc<Notify>> {
        self.streams().get(&connection).map(|stream| stream.spoke.clone())
    }

    /// Ends a stream.
    pub(crate) fn close(&self, connection: u64) {
        self.streams().remove(&connection);
    }

    /// Ends all streams.
    pub(crate) fn close_all(&self) {
        self.streams().clear();
    }
}
