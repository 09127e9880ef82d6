//! `/quota`, the older form of quotas: a guarantee that is the limit too.

use io_httpd::{Bytes, IntoResponse, Jsonp, Path, Query, Response, State, StatusCode, header};
use wire_mesos::{ContentType, decode, encode, v1::quota::QuotaRequest};

use crate::{
    Master,
    access::Caller,
    operator::{get_quota, remove_quota, set_quota},
    scheduler::error::CallError,
};

pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, CallError> {
    let status = get_quota::status(&master, &caller).await?;
    let status = encode(ContentType::Json, &status);
    let (kind, before, after) = jsonp.frame();
    let body = [before.as_bytes(), &status, after.as_bytes()].concat();
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

pub(super) async fn set(State(master): State<Master>, caller: Caller, body: Bytes) -> Result<StatusCode, CallError> {
    let request: QuotaRequest = decode(ContentType::Json, &body).map_err(|error| {
        let text = String::from_utf8_lossy(&body);
        CallError::bad(format!("Failed to parse set quota request JSON '{text}': {error}"))
    })?;
    set_quota::set(&master, &caller, &request).await?;
    Ok(StatusCode::OK)
}

pub(super) async fn remove(
    State(master): State<Master>,
    caller: Caller,
    Path(role): Path<String>,
) -> Result<StatusCode, CallError> {
    remove_quota::remove(&master, &caller, &role).await?;
    Ok(StatusCode::OK)
}

/// `DELETE /quota` itself, which Mesos takes for a role that was forgotten.
pub(super) async fn remove_none() -> CallError {
    CallError::bad("Failed to parse remove quota request: expected a role, as in DELETE /quota/ROLE")
}
