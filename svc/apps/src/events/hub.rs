use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use io_httpd::Bytes;
use tokio::sync::{Notify, mpsc, watch};
use wire_marathon::Event;

/// How many events may wait for a slow listener before it is cut off.
const BACKLOG: usize = 65_536;

/// Who listens to events. A clone is a pointer.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Shared>);

struct Shared {
    listeners: Mutex<Listeners>,
    /// Somebody began to listen.
    wake: Notify,
    /// Whether facts are being reported.
    live: watch::Sender<bool>,
}

#[derive(Default)]
struct Listeners {
    next: u64,
    by_number: BTreeMap<u64, Listener>,
}

/// What a listener wants.
#[derive(Default)]
pub(crate) struct Wish {
    /// These types; all if empty.
    pub(crate) types: BTreeSet<String>,
    /// Plans without the groups before and after.
    pub(crate) light: bool,
}

struct Listener {
    wish: Wish,
    outbox: mpsc::Sender<Bytes>,
}

/// One listener's end; dropping it ends the listening.
pub(crate) struct Listening {
    pub(crate) events: mpsc::Receiver<Bytes>,
    hub: Hub,
    number: u64,
}

impl Default for Hub {
    fn default() -> Self {
        let live = watch::Sender::new(false);
        Self(Arc::new(Shared {
            listeners: Mutex::default(),
            wake: Notify::new(),
            live,
        }))
    }
}

impl Hub {
    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to listen; `greeting` is told to all and comes first here. Every fact that is decided once this has returned
    /// is reported.
    pub(crate) async fn attach(&self, wish: Wish, greeting: &Event) -> Listening {
        let (outbox, events) = mpsc::channel(BACKLOG);
        let number = {
            let mut listeners = self.listeners();
            listeners.next += 1;
            let number = listeners.next;
            listeners.by_number.insert(number, Listener { wish, outbox });
            listeners.send(greeting);
            number
        };
        let listening = Listening {
            events,
            hub: self.clone(),
            number,
        };
        self.0.wake.notify_one();
        drop(self.0.live.subscribe().wait_for(|live| *live).await);
        listening
    }

    /// Sends an event to all who want it; returns how many bytes. A listener that does not read is cut off.
    pub(crate) fn publish(&self, event: &Event) -> usize {
        self.listeners().send(event)
    }

    /// How many listen.
    pub(crate) fn count(&self) -> usize {
        self.listeners().by_number.len()
    }

    /// Waits until somebody listens.
    pub(super) async fn heard(&self) {
        while self.count() == 0 {
            self.0.wake.notified().await;
        }
    }

    /// Facts are reported from now on.
    pub(super) fn go_live(&self) {
        self.0.live.send_replace(true);
    }

    /// Ends the reporting if nobody listens; `true` if so.
    pub(super) fn rest_if_quiet(&self) -> bool {
        let listeners = self.listeners();
        let quiet = listeners.by_number.is_empty();
        if quiet {
            self.0.live.send_replace(false);
        }
        quiet
    }

    /// Cuts all off: events were lost.
    pub(super) fn cut_all(&self) {
        let mut listeners = self.listeners();
        listeners.by_number.clear();
        self.0.live.send_replace(false);
    }
}

impl Listeners {
    fn send(&mut self, event: &Event) -> usize {
        if self.by_number.is_empty() {
            return 0;
        }
        let name = event.body.name();
        let frame = |event: &Event| Bytes::from(event.frame());
        let full = LazyCell::new(|| frame(event));
        let light = LazyCell::new(|| frame(&event.clone().light()));
        let mut sent = 0;
        self.by_number.retain(|_, listener| {
            let wish = &listener.wish;
            if !wish.types.is_empty() && !wish.types.contains(name) {
                return true;
            }
            let frame: &Bytes = if wish.light { &light } else { &full };
            sent += frame.len();
            listener.outbox.try_send(frame.clone()).is_ok()
        });
        sent
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.hub.listeners().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use base_clock::Timestamp;
    use wire_marathon::EventBody;

    use super::*;

    fn event() -> Event {
        Event {
            body: EventBody::AppTerminated {
                app_id: "/web".to_owned(),
            },
            timestamp: Timestamp::EPOCH,
        }
    }

    fn greeting() -> Event {
        let body = EventBody::EventStreamAttached {
            remote_address: "10.0.0.1".to_owned(),
        };
        Event {
            body,
            timestamp: Timestamp::EPOCH,
        }
    }

    #[tokio::test]
    async fn a_listener_gets_the_types_it_asked_for() {
        let hub = Hub::default();
        hub.go_live();
        let mut all = hub.attach(Wish::default(), &greeting()).await;
        assert_eq!(all.events.recv().await.unwrap(), greeting().frame());
        let mut others = hub
            .attach(
                Wish {
                    types: BTreeSet::from(["deployment_info".to_owned()]),
                    light: false,
                },
                &greeting(),
            )
            .await;
        assert_eq!(all.events.recv().await.unwrap(), greeting().frame());
        assert_eq!(hub.publish(&event()), event().frame().len());
        assert_eq!(all.events.recv().await.unwrap(), event().frame());
        assert!(others.events.try_recv().is_err());
    }

    #[tokio::test]
    async fn one_that_does_not_read_is_cut_off() {
        let hub = Hub::default();
        hub.go_live();
        let mut slow = hub.attach(Wish::default(), &greeting()).await;
        for _ in 1..BACKLOG {
            hub.publish(&event());
        }
        assert_eq!(hub.count(), 1);
        hub.publish(&event());
        assert_eq!(hub.count(), 0);
        let mut left = 0;
        while slow.events.recv().await.is_some() {
            left += 1;
        }
        assert_eq!(left, BACKLOG);
    }

    #[tokio::test]
    async fn rests_only_when_nobody_listens() {
        let hub = Hub::default();
        hub.go_live();
        let listening = hub.attach(Wish::default(), &greeting()).await;
        assert!(!hub.rest_if_quiet());
        drop(listening);
        assert!(hub.rest_if_quiet());
    }
}
