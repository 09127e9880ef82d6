//! `/v2/groups`, to read: the tree that the apps' paths make. Changes of groups are answered 405.

use std::collections::BTreeSet;

use base_ids::AppId;
use io_httpd::{Path, Query, State};
use model_app::resolve;
use wire_marathon::{Embed, Problem};

use super::{
    answer::{self, Answer},
    params::{Pairs, Params},
};
use crate::{
    Edge,
    view::{self, Parts},
};

/// `GET /v2/groups`.
pub(super) async fn root(State(edge): State<Edge>, Query(params): Pairs) -> Answer {
    tree(&edge, &AppId::from("/"), Params(&params)).await
}

/// `GET /v2/groups/{id}`.
pub(super) async fn show(State(edge): State<Edge>, Path(id): Path<String>, Query(params): Pairs) -> Answer {
    tree(&edge, &resolve(id.trim_start_matches('/'), "/"), Params(&params)).await
}

async fn tree(edge: &Edge, id: &AppId, params: Params<'_>) -> Answer {
    let snapshot = edge.state().await?;
    let (apps, now) = (&snapshot.state.apps, edge.now(snapshot.at));
    let embed: BTreeSet<Embed> = Embed::parse(params.all("embed"));
    let below = apps.apps_under(id).filter(|app| !app.doomed && app.spec().id != *id);
    let infos = below.map(|app| (app.spec().version, view::info(apps, app, &embed, now)));
    let group = view::group(id.as_str(), infos.collect(), parts(params));
    answer::ok(&group.ok_or_else(|| Problem::no_group(id.as_str(), None))?)
}

/// Everything, unless `embed` names parts.
fn parts(params: Params<'_>) -> Parts {
    let named = |part: &str| {
        params
            .all("embed")
            .any(|embed| embed == part || embed.starts_with(&format!("{part}.")))
    };
    let all = params.get("embed").is_none();
    Parts {
        apps: all || named("group.apps"),
        pods: all || named("group.pods"),
        groups: all || named("group.groups"),
    }
}
