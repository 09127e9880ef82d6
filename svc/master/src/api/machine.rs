//! `/machine/down` and `/machine/up`, as Mesos' `docs/maintenance.md` and `src/master/http.cpp` define them: the body is an
//! array of machines.

use io_httpd::{BODY_LIMIT, Request, Response, Router, State, read_body, routing::post};
use serde_json::Value;
use wire_mesos::{ContentType, decode, v1::MachineId};

use crate::{
    Master,
    access::Caller,
    operator::{start_maintenance, stop_maintenance},
    scheduler::error::CallError,
};

pub(super) fn router() -> Router<Master> {
    Router::new()
        .route("/machine/down", post(down))
        .route("/master/machine/down", post(down))
        .route("/machine/up", post(up))
        .route("/master/machine/up", post(up))
}

/// `POST /machine/down`.
async fn down(State(master): State<Master>, caller: Caller, request: Request) -> Result<Response, CallError> {
    let machines = machines(request).await?;
    let answer = start_maintenance::start(&master, &caller, &machines).await?;
    Ok(answer.into_response(ContentType::Json))
}

/// `POST /machine/up`.
async fn up(State(master): State<Master>, caller: Caller, request: Request) -> Result<Response, CallError> {
    let machines = machines(request).await?;
    let answer = stop_maintenance::stop(&master, &caller, &machines).await?;
    Ok(answer.into_response(ContentType::Json))
}

async fn machines(request: Request) -> Result<Vec<MachineId>, CallError> {
    let body = read_body(request, BODY_LIMIT)
        .await
        .map_err(|error| CallError::body(&error))?;
    let parsed = serde_json::from_slice(&body);
    let list: Vec<Value> =
        parsed.map_err(|error| CallError::bad(format!("Expected a JSON array of machines: {error}")))?;
    let machine = |value: &Value| {
        let decoded = decode(ContentType::Json, value.to_string().as_bytes());
        decoded.map_err(|error| CallError::bad(error.to_string()))
    };
    list.iter().map(machine).collect()
}
