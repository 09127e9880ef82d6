use io_httpd::{HttpError, Jsonp, Query, Response, State};
use model_resources::Quantities;
use serde_json::{Map, Value, json};

use crate::{Master, view};

/// `/roles`: every role and what is held in it and below.
pub(super) async fn show(State(master): State<Master>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let roles = view::shares_of_roles(&snapshot.state.master)
        .into_iter()
        .map(|(role, share)| {
            json!({
                "name": role.as_str(),
                "weight": 1.0,
                "quota": {
                    "role": role.as_str(),
                    "guarantee": {},
                    "limit": {},
                    "consumed": amounts(&share.consumed()),
                },
                "resources": amounts(&share.held()),
                "allocated": amounts(&share.allocated()),
                "offered": amounts(&share.offered()),
                "reserved": amounts(&share.reserved()),
                "frameworks": share.frameworks.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            })
        });
    Ok(jsonp.answer(&json!({ "roles": roles.collect::<Vec<_>>() })))
}

/// Quantities by name; what is not there is not named.
fn amounts(quantities: &Quantities) -> Value {
    let amounts = quantities
        .iter()
        .map(|(name, amount)| (name.as_str().to_owned(), json!(amount.to_f64())));
    Value::Object(amounts.collect::<Map<_, _>>())
}
