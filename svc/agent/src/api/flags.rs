use std::collections::BTreeMap;

use io_httpd::{Jsonp, Query, Response, State};
use serde_json::json;

use super::Agent;
use crate::flags;

/// `/flags`.
pub(super) async fn show(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Response {
    let flags: BTreeMap<_, _> = flags::all(&agent.options).into_iter().collect();
    jsonp.answer(&json!({ "flags": flags }))
}
