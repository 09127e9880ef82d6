//! The v1 executor API: `POST /api/v1/executor`, as Mesos 1.11's `docs/executor-http-api.md` and `src/slave/http.cpp` define
//! it.

mod delivery;
mod error;
mod events;
mod streams;
mod subscribe;
mod token;

use base_clock::Timestamp;
use base_ids::{ExecutorId, FrameworkId};
use core_agent::{Command, ExecutorKey};
use io_httpd::{BODY_LIMIT, IntoResponse, Parts, Request, Response, State, StatusCode, header, read_body};
use serde_json::Value;
use wire_link::{ExecutorMessage, ToMaster};
use wire_mesos::{
    cluster::status_from_wire,
    decode, media,
    v1::{
        TaskStatus,
        executor::{Call, call},
    },
    validate,
};

use crate::api::Agent;
pub(crate) use delivery::Delivery;
pub(crate) use error::CallError;
pub(crate) use streams::{Executors, Form};
pub(crate) use subscribe::{enter, known, next_connection, principal};
pub(crate) use token::CONTAINER;
pub use token::Tokens;

/// One call.
pub(crate) async fn call(State(agent): State<Agent>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::body(&error).into_response(),
    };
    match run(&agent, &parts, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

fn text(parts: &Parts, name: header::HeaderName) -> Option<&str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

/// Who asks, by its token; `None` if nobody is asked for one.
fn claims(agent: &Agent, parts: &Parts) -> Result<Option<Value>, CallError> {
    let tokens = agent.options.tokens.as_ref();
    let Some(tokens) = tokens.filter(|_| agent.options.authenticate_executors) else {
        return Ok(None);
    };
    Ok(Some(tokens.claims(text(parts, header::AUTHORIZATION), now())?))
}

async fn run(agent: &Agent, parts: &Parts, body: &[u8]) -> Result<Response, CallError> {
    let claims = claims(agent, parts)?;
    let content_type = media::request_type(text(parts, header::CONTENT_TYPE))?;
    let call: Call = decode(content_type, body).map_err(|error| CallError::bad(error.to_string()))?;
    validate::executor_call(&call)
        .map_err(|error| CallError::bad(format!("Failed to validate executor::Call: {error}")))?;
    let key = ExecutorKey {
        framework_id: FrameworkId::from(call.framework_id.value.as_str()),
        executor_id: ExecutorId::from(call.executor_id.value.as_str()),
    };
    let snapshot = agent.handle.state().await?;
    let executor = snapshot.state.executor(&key).filter(|executor| executor.is_custom());
    let executor = executor.ok_or_else(|| CallError::bad("Executor cannot be found"))?;
    if let Some(claims) = claims {
        token::verify(&claims, &key, &executor.container_id)?;
    }
    if call.r#type() == call::Type::Subscribe {
        let accept = media::response_type(text(parts, header::ACCEPT))?;
        return subscribe::subscribe(agent, key, call.subscribe.unwrap_or_default(), accept).await;
    }
    if !executor.registered {
        return Err(CallError::new(StatusCode::FORBIDDEN, "Executor is not subscribed"));
    }
    perform(agent, key, call).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Does what a call other than SUBSCRIBE says, by whatever door it comes.
pub(crate) async fn perform(agent: &Agent, key: ExecutorKey, call: Call) -> Result<(), CallError> {
    match call.r#type() {
        call::Type::Update => {
            let status = call.update.map(|update| update.status).unwrap_or_default();
            update(agent, key, &status).await?;
        }
        call::Type::Message => {
            let data = call.message.unwrap_or_default().data;
            agent.uplink.send(ToMaster::Message(ExecutorMessage {
                framework_id: key.framework_id,
                executor_id: key.executor_id,
                data,
            }));
        }
        call::Type::Heartbeat => {}
        other => {
            let message = format!("{} calls are not served by this release", other.as_str_name());
            return Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message));
        }
    }
    Ok(())
}

/// Takes an update in, and says so once it is in the journal.
async fn update(agent: &Agent, key: ExecutorKey, wire: &TaskStatus) -> Result<(), CallError> {
    let status = status_from_wire(wire, &key.executor_id, now()).map_err(CallError::bad)?;
    let acknowledged = events::acknowledged(&status);
    let command = Command::UpdateTask(key.clone(), status);
    agent.handle.submit(&subscribe::principal(), command).await?;
    let snapshot = agent.handle.state().await?;
    if let (Some(connection), Some(event)) = (snapshot.state.connection(&key), acknowledged) {
        agent.executors.send(connection, &event);
    }
    Ok(())
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::EPOCH + since.unwrap_or_default()
}
