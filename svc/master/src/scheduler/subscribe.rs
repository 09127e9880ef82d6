use std::{
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use base_ids::{FrameworkId, Principal};
use core_control::{Command, Event as Fact};
use core_master::{Command as Pool, Face, Subscribe};
use io_httpd::{Body, Bytes, HeaderValue, IntoResponse, Response, header};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::Stream;
use wire_mesos::{
    ContentType,
    cluster::framework_from_wire,
    encode_record,
    v1::{
        self,
        scheduler::{Call, Event, event},
    },
};

use super::error::CallError;
use crate::{
    Failed, Master,
    access::{Caller, may_register},
    effects::{error, of_type},
    identity, secret,
};

/// Subscribes a scheduler: the response is the stream of its events, and its end is the scheduler's disconnection.
pub(super) async fn subscribe(
    master: &Master,
    caller: &Caller,
    call: Call,
    accept: ContentType,
) -> Result<Response, CallError> {
    let subscribe = call.subscribe.unwrap_or_default();
    let mut info = subscribe.framework_info;
    // One that says who it is need not say so again.
    info.principal = info.principal.or_else(|| caller.name().map(str::to_owned));
    let constraints = subscribe.offer_constraints.as_ref();
    let spec = framework_from_wire(&info, &subscribe.suppressed_roles, constraints).map_err(CallError::bad)?;
    let known = call.framework_id.or(info.id).filter(|id| !id.value.is_empty());
    let connection = next_connection();
    let stream_id = secret::random();
    let known_as = known.as_ref().map(|id| id.value.as_str());
    if let Err(why) = may_register(master, known_as, &spec) {
        let record = Bytes::from(encode_record(accept, &error(&why)));
        return Ok((headers(accept, &stream_id), record).into_response());
    }
    let events = master.frameworks.open(connection, stream_id.clone(), accept);
    let mut stream = Events {
        events,
        connection,
        master: master.clone(),
        who: caller.principal_or("framework"),
        framework_id: None,
    };
    let framework_id = introduce(
        master,
        &stream.who,
        Subscribe {
            framework_id: known.as_ref().map(|id| FrameworkId::from(id.value.as_str())),
            spec,
            face: Face::Offers,
            force: true,
            connection,
        },
    )
    .await?;
    stream.framework_id = Some(framework_id.clone());
    master
        .frameworks
        .subscribed(connection, &subscribed(master, &framework_id), false);
    tokio::spawn(heartbeat(master.clone(), connection));
    Ok((headers(accept, &stream_id), Body::from_stream(stream)).into_response())
}

fn headers(accept: ContentType, stream_id: &str) -> [(header::HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(accept.as_str())),
        (
            header::HeaderName::from_static("mesos-stream-id"),
            header_value(stream_id),
        ),
    ]
}

/// Subscribes a framework in the pool. Whoever was its scheduler until now is told and cut off.
pub(crate) async fn introduce(master: &Master, who: &Principal, subscribe: Subscribe) -> Result<FrameworkId, Failed> {
    let connection = subscribe.connection;
    let before = match &subscribe.framework_id {
        Some(framework_id) => master
            .handle
            .state()
            .await?
            .state
            .master
            .framework_connection(framework_id),
        None => None,
    };
    let command = Command::Master(Pool::Subscribe(subscribe));
    let outcome = master.handle.submit(who, command).await?;
    let framework_id = outcome.events.iter().find_map(|fact| match fact {
        Fact::Master(core_master::Event::FrameworkConnected { framework_id, .. }) => Some(framework_id.clone()),
        _ => None,
    });
    if let Some(before) = before.filter(|before| *before != connection) {
        master.frameworks.send(before, &error("Framework failed over"));
        drop(master.frameworks.close(before));
    }
    Ok(framework_id.expect("whoever subscribes is connected"))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The number of a new connection.
pub(crate) fn next_connection() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The event that answers a subscription.
pub(crate) fn subscribed(master: &Master, framework_id: &FrameworkId) -> Event {
    let subscribed = event::Subscribed {
        framework_id: v1::FrameworkId {
            value: framework_id.to_string(),
        },
        heartbeat_interval_seconds: Some(master.options.heartbeat.as_secs_f64()),
        master_info: Some(identity::info(&master.options)),
    };
    Event {
        subscribed: Some(subscribed),
        ..of_type(event::Type::Subscribed)
    }
}

/// How long a stream may be silent after an event before a heartbeat follows.
const NUDGE: Duration = Duration::from_millis(100);

/// Sends HEARTBEAT at once, then in Mesos' rhythm until the stream is gone, and soon after each burst of events: there are
/// clients that handle a record only when the next one begins (avmesos), and would else be late by a whole interval.
async fn heartbeat(master: Master, connection: u64) {
    let beat = of_type(event::Type::Heartbeat);
    let Some(spoke) = master.frameworks.spoke(connection) else {
        return;
    };
    while master.frameworks.send(connection, &beat) {
        tokio::select! {
            () = sleep(master.options.heartbeat) => {}
            () = spoke.notified() => sleep(NUDGE).await,
        }
    }
}

/// The events of one scheduler. When the response ends, however it does, the pool hears of it.
struct Events {
    events: mpsc::Receiver<Bytes>,
    connection: u64,
    master: Master,
    /// Whom the journal names.
    who: Principal,
    framework_id: Option<FrameworkId>,
}

impl Stream for Events {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(cx).map(|record| record.map(Ok))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        drop(self.master.frameworks.close(self.connection));
        if let Some(framework_id) = self.framework_id.take() {
            let closed = Pool::FrameworkClosed {
                framework_id,
                connection: self.connection,
            };
            drop(self.master.handle.tell(&self.who, Command::Master(closed)));
        }
    }
}
