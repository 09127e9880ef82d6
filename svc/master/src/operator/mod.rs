//! The v1 operator API: `POST /api/v1`, as Mesos 1.11's `docs/operator-http-api.md` and `src/master/http.cpp` define it.
//! One file for each call; [`dispatch`] is the table.

mod answer;
mod get_flags;
mod get_health;
mod get_maintenance_schedule;
mod get_maintenance_status;
mod get_master;
pub(crate) mod get_quota;
mod get_version;
pub(crate) mod get_weights;
pub(crate) mod remove_quota;
pub(crate) mod set_quota;
mod teardown;
mod update_quota;
pub(crate) mod update_weights;

use base_ids::Principal;
use io_httpd::{BODY_LIMIT, IntoResponse, Method, Parts, Request, Response, State, StatusCode, header, read_body};
use wire_mesos::{
    decode, media,
    v1::master::{Call, call::Type},
    validate,
};

use crate::{Master, scheduler::error::CallError};
use answer::Answer;

/// Who asks, until there is authentication.
pub(crate) fn principal() -> Principal {
    Principal::from("operator")
}

/// One call.
pub(crate) async fn call(State(master): State<Master>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::body(&error).into_response(),
    };
    match run(&master, &parts, &body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

/// What any method but POST is answered.
pub(crate) async fn wrong_method(method: Method) -> Response {
    let message = format!("Expecting one of {{ 'POST' }}, but received '{method}'");
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], message).into_response()
}

async fn run(master: &Master, parts: &Parts, body: &[u8]) -> Result<Response, CallError> {
    let text = |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = media::request_type(text(header::CONTENT_TYPE))?;
    let call: Call = decode(content_type, body).map_err(|error| CallError::bad(error.to_string()))?;
    validate::master_call(&call)
        .map_err(|error| CallError::bad(format!("Failed to validate master::Call: {error}")))?;
    let accept = media::response_type(text(header::ACCEPT))?;
    Ok(dispatch(master, call).await?.into_response(accept))
}

/// The table of calls, in the order of Mesos' protocol. That each has its part was checked before.
async fn dispatch(master: &Master, call: Call) -> Result<Answer, CallError> {
    match call.r#type() {
        Type::GetHealth => get_health::answer(master).await,
        Type::GetFlags => Ok(get_flags::answer(master)),
        Type::GetVersion => Ok(get_version::answer()),
        Type::GetWeights => get_weights::answer(master).await,
        Type::UpdateWeights => update_weights::run(master, call.update_weights.unwrap_or_default()).await,
        Type::GetMaster => get_master::answer(master).await,
        Type::GetMaintenanceStatus => Ok(get_maintenance_status::answer()),
        Type::GetMaintenanceSchedule => Ok(get_maintenance_schedule::answer()),
        Type::GetQuota => get_quota::answer(master).await,
        Type::UpdateQuota => update_quota::run(master, call.update_quota.unwrap_or_default()).await,
        Type::SetQuota => set_quota::run(master, call.set_quota.unwrap_or_default()).await,
        Type::RemoveQuota => remove_quota::run(master, call.remove_quota.unwrap_or_default()).await,
        Type::Teardown => teardown::run(master, call.teardown.unwrap_or_default()).await,
        other => {
            let message = format!("{} calls are not served by this release", other.as_str_name());
            Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message))
        }
    }
}
