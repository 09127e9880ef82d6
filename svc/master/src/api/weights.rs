//! `/weights`, as Mesos has it: a list of roles with their weights.

use io_httpd::{Bytes, IntoResponse, Jsonp, Query, Response, State, StatusCode, header};
use wire_mesos::{ContentType, decode, encode, v1::WeightInfo};

use crate::{
    Master,
    access::Caller,
    operator::{get_weights, update_weights},
    scheduler::error::CallError,
};

pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, CallError> {
    let infos = get_weights::weights(&master, &caller).await?;
    let items: Vec<String> = infos
        .iter()
        .map(|info| String::from_utf8_lossy(&encode(ContentType::Json, info)).into_owned())
        .collect();
    let (kind, before, after) = jsonp.frame();
    let body = format!("{before}[{}]{after}", items.join(","));
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

pub(super) async fn update(State(master): State<Master>, caller: Caller, body: Bytes) -> Result<StatusCode, CallError> {
    let malformed = |why: String| {
        let text = String::from_utf8_lossy(&body);
        CallError::bad(format!("Failed to parse update weights request JSON '{text}': {why}"))
    };
    let items: Vec<serde_json::Value> = serde_json::from_slice(&body).map_err(|error| malformed(error.to_string()))?;
    let info = |item: &serde_json::Value| decode::<WeightInfo>(ContentType::Json, item.to_string().as_bytes());
    let infos: Vec<WeightInfo> = items
        .iter()
        .map(info)
        .collect::<Result<_, _>>()
        .map_err(|error| malformed(error.to_string()))?;
    update_weights::update(&master, &caller, &infos).await?;
    Ok(StatusCode::OK)
}
