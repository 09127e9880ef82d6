use core_master::Face;
use io_httpd::{HttpError, Json, Query, State};
use serde_json::{Value, json};

use super::page::{Page, page};
use crate::{
    Master,
    access::{Caller, Viewer},
};

/// All registered frameworks.
pub(super) async fn list(
    State(master): State<Master>,
    caller: Caller,
    Query(at): Query<Page>,
) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let all = pool
        .frameworks()
        .filter(|(_, framework)| viewer.framework(&framework.spec))
        .map(|(_, framework)| (framework.framework_id.as_str(), framework));
    Ok(Json(page(all, &at, |framework| {
        let spec = &framework.spec;
        json!({
            "id": framework.framework_id.as_str(),
            "name": spec.name,
            "roles": spec.roles.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "principal": spec.principal.as_ref().map(ToString::to_string),
            "state": if framework.deadline.is_some() { "disconnected" } else { "active" },
            "face": if framework.face == Face::Offers { "offers" } else { "watch" },
            "registered_at": framework.registered_at.to_string(),
            "tasks": framework.tasks.len(),
            "offers": pool.offers().filter(|offer| offer.framework_id == framework.framework_id).count(),
        })
    })))
}
