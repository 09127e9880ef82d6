use std::collections::BTreeMap;

use io_httpd::{Jsonp, Query, Response, State};
use serde_json::json;

use crate::{Master, flags};

/// `/flags`.
pub(super) async fn show(State(master): State<Master>, Query(jsonp): Query<Jsonp>) -> Response {
    let flags: BTreeMap<_, _> = flags::all(&master.options).into_iter().collect();
    jsonp.answer(&json!({ "flags": flags }))
}
