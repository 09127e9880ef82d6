//! The v1 scheduler API: `POST /api/v1/scheduler`, as Mesos 1.11's `docs/scheduler-http-api.md` and `src/master/http.cpp`
//! define it.

mod accept;
mod calls;
pub(crate) mod error;
mod subscribe;

use base_ids::FrameworkId;
use core_control::Command;
use io_httpd::{BODY_LIMIT, IntoResponse, Parts, Request, Response, State, StatusCode, header, read_body};
use wire_mesos::{
    decode, media,
    v1::scheduler::{Call, call},
    validate,
};

use crate::{
    Master,
    access::{Caller, may_register},
    messages,
};
pub(crate) use error::CallError;
pub(crate) use subscribe::{introduce, next_connection, subscribed};

/// One call.
pub(crate) async fn call(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::body(&error).into_response(),
    };
    match run(&master, &caller, &parts, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

fn text(parts: &Parts, name: impl header::AsHeaderName) -> Option<&str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

async fn run(master: &Master, caller: &Caller, parts: &Parts, body: &[u8]) -> Result<Response, CallError> {
    let content_type = media::request_type(text(parts, header::CONTENT_TYPE))?;
    let call: Call = decode(content_type, body).map_err(|error| CallError::bad(error.to_string()))?;
    validate::scheduler_call(&call, caller.name())
        .map_err(|error| CallError::bad(format!("Failed to validate scheduler::Call: {error}")))?;
    master.counters.call(call.r#type(), call.framework_id.is_none());
    let stream_id = text(parts, media::MESOS_STREAM_ID);
    throttle(master, &call).await?;
    if call.r#type() == call::Type::Subscribe {
        if stream_id.is_some() {
            return Err(CallError::bad(
                "Subscribe calls should not include the 'Mesos-Stream-Id' header",
            ));
        }
        let accept = media::response_type(text(parts, header::ACCEPT))?;
        return subscribe::subscribe(master, caller, call, accept).await;
    }
    let framework_id = FrameworkId::from(
        call.framework_id
            .as_ref()
            .map(|id| id.value.as_str())
            .unwrap_or_default(),
    );
    check_stream(master, caller, &framework_id, stream_id).await?;
    // Mesos answers this one call when it is done, and all others when they are read.
    let done = call.r#type() == call::Type::UpdateFramework;
    perform(master, caller, &framework_id, call).await?;
    let status = if done { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(status.into_response())
}

/// Does what a call of the framework's scheduler asks, whichever way it came; any call but SUBSCRIBE.
pub(crate) async fn perform(
    master: &Master,
    caller: &Caller,
    framework_id: &FrameworkId,
    call: Call,
) -> Result<(), CallError> {
    if call.r#type() == call::Type::Accept {
        accept::accept(master, caller, framework_id, call.accept.unwrap_or_default()).await?;
    } else if call.r#type() == call::Type::Message {
        let (agent_id, message) = calls::message(framework_id, call.message.unwrap_or_default());
        messages::to_executor(master, &agent_id, message);
    } else if let Some(command) = calls::command(framework_id, call)? {
        if let core_master::Command::UpdateFramework { spec, .. } = &command {
            may_register(master, Some(framework_id.as_str()), spec)
                .map_err(|why| CallError::new(StatusCode::FORBIDDEN, why))?;
        }
        master
            .handle
            .submit(&caller.principal_or("framework"), Command::Master(command))
            .await?;
    }
    Ok(())
}

/// Has a call wait for its turn, or drops it, where its framework's principal is limited.
async fn throttle(master: &Master, call: &Call) -> Result<(), CallError> {
    if master.limits.is_empty() {
        return Ok(());
    }
    let principal = match (&call.subscribe, &call.framework_id) {
        (Some(subscribe), _) => subscribe.framework_info.principal.clone(),
        (None, Some(id)) => {
            let snapshot = master.handle.state().await?;
            let framework = snapshot.state.master.framework(&FrameworkId::from(id.value.as_str()));
            framework.and_then(|framework| framework.spec.principal.as_ref().map(ToString::to_string))
        }
        (None, None) => None,
    };
    let turn = master.limits.wait(principal.as_deref()).await;
    turn.map_err(|capacity| {
        let kind = call.r#type().as_str_name();
        let message = format!("Message {kind} dropped: capacity({capacity}) exceeded");
        CallError::new(StatusCode::TOO_MANY_REQUESTS, message)
    })
}

/// Calls other than SUBSCRIBE must come from the scheduler that is subscribed.
async fn check_stream(
    master: &Master,
    caller: &Caller,
    framework_id: &FrameworkId,
    stream_id: Option<&str>,
) -> Result<(), CallError> {
    let given = stream_id
        .ok_or_else(|| CallError::bad("All non-subscribe calls should include the 'Mesos-Stream-Id' header"))?;
    let snapshot = master.handle.state().await?;
    let framework = snapshot.state.master.framework(framework_id);
    let framework = framework.ok_or_else(|| CallError::bad("Framework cannot be found"))?;
    let claimed = framework
        .spec
        .principal
        .as_ref()
        .map_or("", |principal| principal.as_str());
    if let Some(authenticated) = caller.name().filter(|name| *name != claimed) {
        return Err(CallError::bad(format!(
            "Authenticated principal '{authenticated}' does not match principal '{claimed}' set in `FrameworkInfo`"
        )));
    }
    let connection = snapshot.state.master.framework_connection(framework_id);
    let current = connection.and_then(|connection| master.frameworks.stream_id(connection));
    let current = current.ok_or_else(|| CallError::new(StatusCode::FORBIDDEN, "Framework is not subscribed"))?;
    if current == given {
        Ok(())
    } else {
        Err(CallError::bad(format!(
            "The stream ID '{given}' included in this request didn't match the stream ID currently associated with \
             framework ID {framework_id}"
        )))
    }
}
