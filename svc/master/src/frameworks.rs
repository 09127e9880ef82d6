//! The schedulers that are subscribed right now, over HTTP or by a driver, by the number of their connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use io_httpd::Bytes;
use tokio::sync::{Notify, mpsc};
use wire_mesos::{
    ContentType,
    driver::{Pid, Route, post_event},
    encode, recordio,
    v1::{
        FrameworkId,
        scheduler::{Event, event},
    },
};

/// How many events may wait for a slow scheduler before it is cut off.
const BACKLOG: usize = 65_536;

/// How a stream's events are written.
enum Form {
    /// As records of a response.
    Http(ContentType),
    /// As posts to a driver.
    Driver {
        /// From the master, as the driver knows it.
        route: Route,
        /// Known once it is subscribed.
        framework_id: Option<FrameworkId>,
    },
}

impl Form {
    /// The event's bytes; `None` if this scheduler does not hear of such events. `again`: the scheduler comes back.
    fn write(&self, event: &Event, again: bool) -> Option<Bytes> {
        let record = match self {
            Self::Http(content_type) => recordio::encode(&encode(*content_type, event)),
            Self::Driver { route, framework_id } => post_event(route, framework_id.as_ref()?, again, event)?,
        };
        Some(Bytes::from(record))
    }
}

/// A driver that is subscribed, or about to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Driver {
    /// Its connection.
    pub connection: u64,
    /// `None` until it is subscribed.
    pub framework_id: Option<FrameworkId>,
}

/// One subscription's stream.
pub(crate) struct Stream {
    form: Form,
    stream_id: String,
    outbox: mpsc::Sender<Bytes>,
    /// Events that came before SUBSCRIBED was sent; `None` afterwards.
    held: Option<Vec<Event>>,
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
        let (stream, events) = stream(stream_id, Form::Http(content_type));
        self.streams().insert(connection, stream);
        events
    }

    /// Opens a stream of posts along the route, unless the driver at its end has one.
    pub(crate) fn open_driver(
        &self,
        connection: u64,
        stream_id: String,
        route: Route,
    ) -> Result<mpsc::Receiver<Bytes>, Driver> {
        let mut streams = self.streams();
        if let Some(driver) = streams.iter().find_map(|(connection, stream)| {
            let (pid, framework_id) = stream.driver()?;
            (*pid == route.to).then(|| Driver {
                connection: *connection,
                framework_id: framework_id.cloned(),
            })
        }) {
            return Err(driver);
        }
        let form = Form::Driver {
            route,
            framework_id: None,
        };
        let (stream, events) = stream(stream_id, form);
        streams.insert(connection, stream);
        Ok(events)
    }

    /// Sends SUBSCRIBED, then what was held back. `again`: to a scheduler that was there before.
    pub(crate) fn subscribed(&self, connection: u64, event: &Event, again: bool) {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&connection) else {
            return;
        };
        if let (Form::Driver { framework_id, .. }, Some(subscribed)) = (&mut stream.form, &event.subscribed) {
            *framework_id = Some(subscribed.framework_id.clone());
        }
        let held = stream.held.take().unwrap_or_default();
        let sent = std::iter::once(event)
            .chain(&held)
            .filter_map(|event| stream.form.write(event, again))
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
        if event.r#type() != event::Type::Heartbeat {
            stream.spoke.notify_one();
        }
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

    /// The driver behind a connection.
    pub(crate) fn driver(&self, connection: u64) -> Option<Pid> {
        let streams = self.streams();
        Some(streams.get(&connection)?.driver()?.0.clone())
    }

    /// The stream's id, as later calls must name it.
    pub(crate) fn stream_id(&self, connection: u64) -> Option<String> {
        self.streams().get(&connection).map(|stream| stream.stream_id.clone())
    }

    /// Told whenever an event other than a heartbeat was sent.
    pub(crate) fn spoke(&self, connection: u64) -> Option<Arc<Notify>> {
        self.streams().get(&connection).map(|stream| stream.spoke.clone())
    }

    /// Ends a stream once what was sent is read; `None` if it has ended before. Nothing is sent to it from now on, but it
    /// stays open as long as the caller keeps it.
    pub(crate) fn close(&self, connection: u64) -> Option<Stream> {
        self.streams().remove(&connection)
    }

    /// Ends all streams.
    pub(crate) fn close_all(&self) {
        self.streams().clear();
    }
}

fn stream(stream_id: String, form: Form) -> (Stream, mpsc::Receiver<Bytes>) {
    let (outbox, events) = mpsc::channel(BACKLOG);
    let stream = Stream {
        form,
        stream_id,
        outbox,
        held: Some(Vec::new()),
        spoke: Arc::default(),
    };
    (stream, events)
}

impl Stream {
    /// The driver's process and the framework that it is.
    fn driver(&self) -> Option<(&Pid, Option<&FrameworkId>)> {
        match &self.form {
            Form::Http(_) => None,
            Form::Driver { route, framework_id } => Some((&route.to, framework_id.as_ref())),
        }
    }
}
