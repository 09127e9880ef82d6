//! `/maintenance/schedule` and `/maintenance/status`, as Mesos' `docs/maintenance.md` and `src/master/http.cpp` define them.

use io_httpd::{BODY_LIMIT, IntoResponse, Request, Response, Router, State, header, read_body, routing::get};
use wire_mesos::{ContentType, WireMessage, decode, encode, v1::maintenance::Schedule};

use crate::{
    Master,
    access::Caller,
    operator::{Answer, get_maintenance_schedule, get_maintenance_status, update_maintenance_schedule},
    scheduler::error::CallError,
};

pub(super) fn router() -> Router<Master> {
    Router::new()
        .route("/maintenance/schedule", get(schedule).post(update))
        .route("/master/maintenance/schedule", get(schedule).post(update))
        .route("/maintenance/status", get(status))
        .route("/master/maintenance/status", get(status))
}

/// `GET /maintenance/schedule`.
async fn schedule(State(master): State<Master>, caller: Caller) -> Result<Response, CallError> {
    get_maintenance_schedule::schedule(&master, &caller)
        .await
        .map(|schedule| json(&schedule))
}

/// `POST /maintenance/schedule`: the whole schedule as JSON.
async fn update(State(master): State<Master>, caller: Caller, request: Request) -> Result<Response, CallError> {
    let body = read_body(request, BODY_LIMIT)
        .await
        .map_err(|error| CallError::body(&error))?;
    let schedule: Schedule = decode(ContentType::Json, &body).map_err(|error| CallError::bad(error.to_string()))?;
    let answer: Answer = update_maintenance_schedule::update(&master, &caller, &schedule).await?;
    Ok(answer.into_response(ContentType::Json))
}

/// `GET /maintenance/status`.
async fn status(State(master): State<Master>, caller: Caller) -> Result<Response, CallError> {
    get_maintenance_status::status(&master, &caller)
        .await
        .map(|status| json(&status))
}

fn json<M: WireMessage>(message: &M) -> Response {
    let headers = [(header::CONTENT_TYPE, ContentType::Json.as_str())];
    (headers, encode(ContentType::Json, message)).into_response()
}
