use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use base_clock::Timestamp;
use io_httpd::{Bytes, Query, Request, State, sse};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_stream::Stream;
use wire_marathon::{Event, EventBody};

use super::{
    answer::Answer,
    body,
    params::{Pairs, Params},
};
use crate::{
    Edge,
    events::{Listening, Wish},
};

/// Between two empty lines, which tell a client, and us, that the connection lives (as Jetty's event source).
const HEARTBEAT: Duration = Duration::from_secs(10);

/// `GET /v2/events`: all types, or those that `event_type` names. Plans hold the groups before and after, as releases before
/// Marathon 1.10 wrote them, unless `plan-format=light` is asked for. A client that does not read is cut off.
pub(super) async fn stream(State(edge): State<Edge>, Query(params): Pairs, request: Request) -> Answer {
    let params = Params(&params);
    let wish = Wish {
        types: params.all("event_type").map(str::to_owned).collect(),
        light: params.get("plan-format") == Some("light"),
    };
    let remote = body::remote(&request);
    let body = EventBody::EventStreamAttached {
        remote_address: remote.clone(),
    };
    let greeting = Event {
        body,
        timestamp: edge.now(Timestamp::EPOCH),
    };
    let listening = edge.hub.attach(wish, &greeting).await;
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Ok(sse(Frames {
        listening: Some(listening),
        heartbeat,
        edge,
        remote,
    }))
}

/// The frames of one client. However its response ends, the others hear of it.
struct Frames {
    listening: Option<Listening>,
    heartbeat: Interval,
    edge: Edge,
    remote: String,
}

impl Stream for Frames {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let this = &mut *self;
        let Some(listening) = &mut this.listening else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(frame) = listening.events.poll_recv(cx) {
            return Poll::Ready(frame);
        }
        this.heartbeat.poll_tick(cx).map(|_| Some(Bytes::from_static(b"\r\n")))
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        drop(self.listening.take());
        let body = EventBody::EventStreamDetached {
            remote_address: std::mem::take(&mut self.remote),
        };
        self.edge.hub.publish(&Event {
            body,
            timestamp: self.edge.now(Timestamp::EPOCH),
        });
    }
}
