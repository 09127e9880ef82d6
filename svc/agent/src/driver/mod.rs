//! Executors on native drivers: what they post to the process `slave(1)`, and the link back to each.
//!
//! One edge more of the executor API: a message becomes the call that it is in the v1 API, an event the message that it is
//! for drivers. Sources: `src/slave/slave.cpp` and `src/exec/exec.cpp` of Mesos 1.11.

mod call;
mod link;
mod reconnect;
mod subscribe;

use std::net::SocketAddr;

use base_ids::{ExecutorId, FrameworkId};
use core_agent::ExecutorKey;
use io_httpd::{BODY_LIMIT, Bytes, IntoResponse, LocalAddress, Path, Request, Response, State, StatusCode, read_body};
use tracing::debug;
use wire_mesos::{
    driver::{
        Route,
        executor::{comes_back, read},
    },
    v1::{self, executor::call::Type},
};

use crate::api::Agent;
pub(crate) use reconnect::Reconnects;

/// The agent's process, as drivers know it.
const PROCESS: &str = "slave(1)";

/// `POST /slave(1)/<message>` of a driver. It is accepted whatever it says: its answer is another message.
pub(crate) async fn take(State(agent): State<Agent>, Path(name): Path<String>, request: Request) -> Response {
    let local = request.extensions().get::<LocalAddress>().copied();
    let address = local.map_or_else(|| agent.options.endpoint(), |local| local.0);
    let peer = request.extensions().get::<SocketAddr>().map(SocketAddr::ip);
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(route) = Route::heard(PROCESS, address, peer, header) else {
        return not_found().await.into_response();
    };
    let body = match read_body(request, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    // A driver may hang up at once; what it said counts all the same.
    drop(tokio::spawn(hear(agent, route, name, body)).await);
    StatusCode::ACCEPTED.into_response()
}

/// For everything else below `/slave(1)`.
pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn hear(agent: Agent, route: Route, name: String, body: Bytes) {
    let Ok(snapshot) = agent.handle.state().await else {
        return;
    };
    let from = route.from.to_string();
    let mut executors = snapshot.state.executors();
    let poster = executors.find(|(_, executor)| executor.pid.as_ref() == Some(&from));
    let poster = poster.map(|(key, _)| v1::ExecutorId {
        value: key.executor_id.to_string(),
    });
    let call = match read(&name, &body, &poster.unwrap_or_default()) {
        Ok(call) => call,
        Err(error) => {
            debug!(from, message = name, %error, "a driver's message is dropped");
            return;
        }
    };
    let key = ExecutorKey {
        framework_id: FrameworkId::from(call.framework_id.value.as_str()),
        executor_id: ExecutorId::from(call.executor_id.value.as_str()),
    };
    if call.r#type() == Type::Subscribe {
        let subscribe = call.subscribe.unwrap_or_default();
        subscribe::subscribe(&agent, &route, key, &subscribe, comes_back(&name)).await;
    } else {
        call::call(&agent, &route, key, call).await;
    }
}
