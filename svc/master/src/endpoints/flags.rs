use std::collections::BTreeMap;

use core_authorizer::{Action, Object};
use io_httpd::{Jsonp, Query, Response, State};
use serde_json::json;

use crate::{Master, access::Caller, flags, scheduler::error::CallError};

/// `/flags`.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, CallError> {
    caller.demand(Action::ViewFlags, &Object::Any)?;
    let flags: BTreeMap<_, _> = flags::all(&master.options).into_iter().collect();
    Ok(jsonp.answer(&json!({ "flags": flags })))
}
