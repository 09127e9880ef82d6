use std::convert::Infallible;

use io_httpd::{
    Body, Bytes, HeaderValue, IntoResponse, Response,
    fanout::{Heard, Listener},
    header,
};
use tokio::{
    sync::mpsc,
    time::{Interval, MissedTickBehavior, interval},
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use wire_mesos::{
    ContentType, encode_record,
    v1::master::{Event, event},
};

use super::{
    about::{About, Seen},
    facts::of_type,
    hub::Item,
};
use crate::{
    Master,
    access::{Caller, Viewer},
    document::{Form, Position, Section, wrap},
};

/// How many parts may wait in a connection, besides what the operating system takes.
const WINDOW: usize = 16;

/// Subscribes an operator: the whole state, then every event after it, then a heartbeat whenever it is time.
pub(crate) fn subscribe(master: &Master, caller: &Caller, accept: ContentType) -> Response {
    let viewer = Viewer::of(caller);
    let (outbox, parts) = mpsc::channel(WINDOW);
    let subscriber = Subscriber {
        listener: master.hub.listen(master, accept),
        heartbeat: heartbeat(master),
        master: master.clone(),
        viewer: (!viewer.sees_all()).then_some(viewer),
        caller: caller.clone(),
        accept,
        outbox,
    };
    tokio::spawn(subscriber.run());
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(accept.as_str()))];
    let stream = ReceiverStream::new(parts).map(Ok::<_, Infallible>);
    (headers, Body::from_stream(stream)).into_response()
}

fn heartbeat(master: &Master) -> Interval {
    let mut beat = interval(master.options.heartbeat);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

struct Subscriber {
    listener: Listener<Item>,
    heartbeat: Interval,
    master: Master,
    caller: Caller,
    /// Who may not see all of it.
    viewer: Option<Viewer>,
    accept: ContentType,
    outbox: mpsc::Sender<Bytes>,
}

impl Subscriber {
    /// Runs until the operator is gone. One that fell behind, because it did not read, gets the state anew.
    async fn run(mut self) {
        while let Some(position) = self.begin().await {
            if !self.follow(position).await {
                return;
            }
        }
    }

    /// Sends SUBSCRIBED; `None` if there is nobody to send it to, or no state.
    async fn begin(&mut self) -> Option<Position> {
        self.master.hub.live().await;
        self.listener.catch_up();
        let form = match self.accept {
            ContentType::Json => Form::Json,
            ContentType::Protobuf => Form::Protobuf,
        };
        let text = self
            .master
            .press
            .order_for(&self.caller, &self.master, form, Section::State);
        let (position, parts) = text.whole().await?;
        for part in wrap::subscribed(form, parts, self.master.options.heartbeat) {
            self.outbox.send(part).await.ok()?;
        }
        self.heartbeat.reset_immediately();
        Some(position)
    }

    /// A record as far as it may be shown here.
    fn shown(&self, record: Bytes, about: &About) -> Option<Bytes> {
        match self.viewer.as_ref().map(|viewer| about.seen_by(viewer)) {
            None | Some(Seen::AsItIs) => Some(record),
            Some(Seen::Part(event)) => Some(encode_record(self.accept, &*event).into()),
            Some(Seen::Nothing) => None,
        }
    }

    /// Sends events; `true` if some were lost.
    async fn follow(&mut self, position: Position) -> bool {
        loop {
            let record = tokio::select! {
                heard = self.listener.next() => match heard {
                    Heard::Item((at, ..)) if at <= position => continue,
                    Heard::Item((_, record, about)) => match self.shown(record, &about) {
                        Some(record) => record,
                        None => continue,
                    },
                    Heard::Behind => return true,
                    Heard::Closed => return false,
                },
                _ = self.heartbeat.tick() => {
                    encode_record(self.accept, &beat()).into()
                }
                () = self.outbox.closed() => return false,
            };
            if self.outbox.send(record).await.is_err() {
                return false;
            }
        }
    }
}

fn beat() -> Event {
    of_type(event::Type::Heartbeat)
}
