use std::{
    collections::HashSet,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use base_ids::{Principal, TaskId};
use core_agent::{Command, ExecutorKey};
use io_httpd::{Body, Bytes, HeaderValue, IntoResponse, Response, header};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::Stream;
use wire_mesos::{
    ContentType,
    cluster::status_from_wire,
    v1::executor::{call::Subscribe, event},
};

use super::{Form, error::CallError, events, now};
use crate::api::Agent;

/// The rhythm of HEARTBEAT (Mesos' `DEFAULT_EXECUTOR_HEARTBEAT_INTERVAL`).
const HEARTBEAT: Duration = Duration::from_secs(30 * 60);

/// Who asks, until there is authentication.
pub(crate) fn principal() -> Principal {
    Principal::from("executor")
}

/// Subscribes an executor: the response is the stream of its events, and its end is the executor's disconnection.
pub(super) async fn subscribe(
    agent: &Agent,
    key: ExecutorKey,
    subscribe: Subscribe,
    accept: ContentType,
) -> Result<Response, CallError> {
    let connection = next_connection();
    // Only drivers can have a stream already.
    let events = agent.executors.open(connection, Form::Http(accept), known(&subscribe));
    let Ok(events) = events else {
        return Err(CallError::bad("Executor is subscribed"));
    };
    let stream = Events {
        events,
        connection,
        agent: agent.clone(),
        key: key.clone(),
    };
    enter(agent, &key, &subscribe, connection, None, false).await?;
    tokio::spawn(heartbeat(agent.clone(), connection));
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(accept.as_str()))];
    Ok((headers, Body::from_stream(stream)).into_response())
}

/// The tasks that an executor says it has.
pub(crate) fn known(subscribe: &Subscribe) -> HashSet<TaskId> {
    let tasks = subscribe.unacknowledged_tasks.iter();
    tasks.map(|task| TaskId::from(task.task_id.value.as_str())).collect()
}

/// Takes in an executor whose stream is open, by whatever door it comes, and greets it on the stream. `pid` is where its
/// native driver listens, and `again` whether that comes back.
///
/// # Errors
/// It is not to run here, or what it says of its tasks can't be read.
pub(crate) async fn enter(
    agent: &Agent,
    key: &ExecutorKey,
    subscribe: &Subscribe,
    connection: u64,
    pid: Option<String>,
    again: bool,
) -> Result<(), CallError> {
    let updates: Result<Vec<_>, String> = subscribe
        .unacknowledged_updates
        .iter()
        .map(|update| status_from_wire(&update.status, &key.executor_id, now()))
        .collect();
    let updates = updates.map_err(CallError::bad)?;
    let acknowledged: Vec<_> = updates.iter().filter_map(events::acknowledged).collect();
    let command = Command::SubscribeExecutor {
        key: key.clone(),
        connection,
        updates,
        pid,
    };
    agent.handle.submit(&principal(), command).await?;
    let snapshot = agent.handle.state().await?;
    let executor = snapshot.state.executor(key);
    let executor = executor.ok_or_else(|| CallError::bad("Executor cannot be found"))?;
    let subscribed = events::subscribed(&snapshot.state, &agent.options.spec, key, executor);
    agent.executors.subscribed(connection, &subscribed, again);
    for event in &acknowledged {
        agent.executors.send(connection, event);
    }
    Ok(())
}

/// A number that no other connection of this process has.
pub(crate) fn next_connection() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

async fn heartbeat(agent: Agent, connection: u64) {
    let beat = events::of_type(event::Type::Heartbeat);
    loop {
        sleep(HEARTBEAT).await;
        if !agent.executors.send(connection, &beat) {
            return;
        }
    }
}

/// The events of one executor. When the response ends, however it does, the agent hears of it.
struct Events {
    events: mpsc::Receiver<Bytes>,
    connection: u64,
    agent: Agent,
    key: ExecutorKey,
}

impl Stream for Events {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(cx).map(|record| record.map(Ok))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.agent.executors.close(self.connection);
        let closed = Command::CloseExecutor {
            key: self.key.clone(),
            connection: self.connection,
        };
        drop(self.agent.handle.tell(&principal(), closed));
    }
}
