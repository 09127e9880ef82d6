use io_httpd::{HttpError, Jsonp, Query, Response, State};
use model_resources::{Name, Scalar};
use serde_json::{Map, Value, json};

use crate::{
    Master,
    access::{Caller, Viewer},
    view,
};

/// `/roles`: every role and what is held in it and below.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let roles = view::shares_of_roles(pool).into_iter();
    let roles = roles.filter(|(role, _)| viewer.role(role.as_str()));
    let roles = roles.map(|(role, share)| {
        let quota = pool.quotas().get(&role).cloned().unwrap_or_default();
        json!({
            "name": role.as_str(),
            "weight": pool.weight(&role),
            "quota": {
                "role": role.as_str(),
                "guarantee": amounts(quota.guarantees.iter()),
                "limit": amounts(quota.limits.iter().map(|(name, limit)| (name, *limit))),
                "consumed": amounts(share.consumed().iter()),
            },
            "resources": amounts(share.held().iter()),
            "allocated": amounts(share.allocated().iter()),
            "offered": amounts(share.offered().iter()),
            "reserved": amounts(share.reserved().iter()),
            "frameworks": share.frameworks.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        })
    });
    Ok(jsonp.answer(&json!({ "roles": roles.collect::<Vec<_>>() })))
}

/// Amounts by name; what is not there is not named.
fn amounts<'a>(amounts: impl Iterator<Item = (&'a Name, Scalar)>) -> Value {
    let amounts = amounts.map(|(name, amount)| (name.as_str().to_owned(), json!(amount.to_f64())));
    Value::Object(amounts.collect::<Map<_, _>>())
}
