//! The v1 operator API of an agent: `POST /api/v1`, as Mesos 1.11's `docs/operator-http-api.md` and
//! `src/slave/http.cpp` define it. One file for each call; [`dispatch`] is the table.

mod answer;
mod error;
mod get_agent;
mod get_containers;
mod get_executors;
mod get_flags;
mod get_frameworks;
mod get_health;
mod get_logging_level;
mod get_metrics;
mod get_operations;
mod get_resource_providers;
mod get_state;
mod get_tasks;
mod get_version;
mod kill_container;
mod launch_container;
mod list_files;
pub(crate) mod path;
mod prune_images;
mod read_file;
mod remove_container;
mod set_logging_level;
mod wait_container;

use base_ids::Principal;
use io_httpd::{BODY_LIMIT, IntoResponse, Method, Parts, Request, Response, State, StatusCode, header, read_body};
use wire_mesos::{
    decode,
    media::{self, Body},
    v1::agent::{Call, call::Type},
    validate,
};

use crate::{
    access::{Caller, Viewer},
    api::Agent,
};
use answer::Answer;
pub(crate) use error::CallError;

/// Who asks, until there is authentication.
fn principal() -> Principal {
    Principal::from("operator")
}

/// One call.
pub(crate) async fn call(State(agent): State<Agent>, caller: Caller, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::from(error).into_response(),
    };
    match run(&agent, &caller, &parts, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

/// What any method but POST is answered.
pub(crate) async fn wrong_method(method: Method) -> Response {
    let message = format!("Expecting one of {{ 'POST' }}, but received '{method}'");
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], message).into_response()
}

async fn run(agent: &Agent, caller: &Caller, parts: &Parts, body: &[u8]) -> Result<Response, CallError> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = match media::streaming_request(text("Content-Type"), text(media::MESSAGE_CONTENT_TYPE))? {
        Body::Message(content_type) => content_type,
        Body::Records(_) => {
            let message = "Streaming 'Content-Type' application/recordio is not supported for this call";
            return Err(CallError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    };
    let call: Call = decode(content_type, body).map_err(|error| CallError::bad(error.to_string()))?;
    validate::agent_call(&call).map_err(|error| CallError::bad(format!("Failed to validate agent::Call: {error}")))?;
    let accept = media::streaming_response(text("Accept"), text(media::MESSAGE_ACCEPT))?;
    dispatch(agent, caller, call).await?.into_response(accept)
}

/// The table of calls, in the order of Mesos' protocol. That each has its part was checked before.
async fn dispatch(agent: &Agent, caller: &Caller, call: Call) -> Result<Answer, CallError> {
    match call.r#type() {
        Type::GetHealth => get_health::answer(agent).await,
        Type::GetFlags => get_flags::answer(agent, caller),
        Type::GetVersion => Ok(get_version::answer()),
        Type::GetMetrics => get_metrics::answer(agent).await,
        Type::GetLoggingLevel => Ok(get_logging_level::answer()),
        Type::SetLoggingLevel => set_logging_level::run(caller, &call.set_logging_level.unwrap_or_default()),
        Type::ListFiles => list_files::answer(agent, caller, &call.list_files.unwrap_or_default()).await,
        Type::ReadFile => read_file::answer(agent, caller, &call.read_file.unwrap_or_default()).await,
        Type::GetState => get_state::answer(agent, &Viewer::of(caller)).await,
        Type::GetContainers => {
            get_containers::answer(agent, &Viewer::of(caller), &call.get_containers.unwrap_or_default()).await
        }
        Type::GetFrameworks => get_frameworks::answer(agent, &Viewer::of(caller)).await,
        Type::GetExecutors => get_executors::answer(agent, &Viewer::of(caller)).await,
        Type::GetOperations => Ok(get_operations::answer()),
        Type::GetTasks => get_tasks::answer(agent, &Viewer::of(caller)).await,
        Type::LaunchNestedContainer => {
            let part = call.launch_nested_container.unwrap_or_default();
            launch_container::nested(agent, caller, part).await
        }
        Type::WaitNestedContainer => {
            let part = call.wait_nested_container.unwrap_or_default();
            wait_container::nested(agent, caller, &part.container_id).await
        }
        Type::KillNestedContainer => {
            let part = call.kill_nested_container.unwrap_or_default();
            kill_container::run(agent, caller, &part.container_id, part.signal).await
        }
        Type::RemoveNestedContainer => {
            let part = call.remove_nested_container.unwrap_or_default();
            remove_container::run(agent, caller, &part.container_id).await
        }
        Type::LaunchContainer => launch_container::any(agent, caller, call.launch_container.unwrap_or_default()).await,
        Type::WaitContainer => {
            wait_container::any(agent, caller, &call.wait_container.unwrap_or_default().container_id).await
        }
        Type::KillContainer => {
            let part = call.kill_container.unwrap_or_default();
            kill_container::run(agent, caller, &part.container_id, part.signal).await
        }
        Type::RemoveContainer => {
            remove_container::run(agent, caller, &call.remove_container.unwrap_or_default().container_id).await
        }
        Type::PruneImages => prune_images::run(caller),
        Type::GetAgent => get_agent::answer(agent, &Viewer::of(caller)).await,
        Type::GetResourceProviders => Ok(get_resource_providers::answer()),
        // Sessions and attached terminals need a container's input and output, which its shim does not give away yet.
        other => {
            let message = format!("{} calls are not served by this release", other.as_str_name());
            Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message))
        }
    }
}
