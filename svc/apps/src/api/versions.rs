use base_ids::AppId;
use wire_marathon::{Problem, VersionList, app::App, parse_time};

use super::{
    answer::{self, Answer},
    apps::find,
};
use crate::Edge;

/// `GET /v2/apps/{id}/versions`, the youngest first.
pub(super) async fn list(edge: &Edge, id: &AppId) -> Answer {
    let snapshot = edge.state().await?;
    let app = find(&snapshot.state.apps, id)?;
    answer::ok(&VersionList {
        versions: app.versions.iter().rev().map(|spec| spec.version).collect(),
    })
}

/// `GET /v2/apps/{id}/versions/{version}`.
pub(super) async fn show(edge: &Edge, id: &AppId, version: &str) -> Answer {
    let wanted = parse_time(version)
        .ok_or_else(|| Problem::new(422, format!("Invalid format: \"{version}\" is not a time of RFC 3339")))?;
    let snapshot = edge.state().await?;
    let app = find(&snapshot.state.apps, id).map_err(|_| Problem::no_app(id.as_str(), Some(&wanted.to_string())))?;
    let spec = app
        .version(wanted)
        .ok_or_else(|| Problem::no_app(id.as_str(), Some(&wanted.to_string())))?;
    answer::ok(&App::from(spec.as_ref()))
}
