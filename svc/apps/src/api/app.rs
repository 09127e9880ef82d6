use base_ids::AppId;
use core_apps::{Command, PutMode};
use io_httpd::{Path, Query, Request, State, StatusCode};
use wire_marathon::{AppSingle, AppsBelow, Embed, Problem, request};

use super::{
    answer::{self, Answer},
    app_tasks,
    apps::{changed, context, find, location, posted, put_spec, submit},
    body,
    params::{Pairs, Params},
    target::Target,
    versions,
};
use crate::{Edge, view};

const APP_METHODS: &str = "GET, HEAD, PUT, PATCH, DELETE";
const READ_METHODS: &str = "GET, HEAD";

/// `GET /v2/apps/{id}` and what lies below it.
pub(super) async fn show(State(edge): State<Edge>, Path(path): Path<String>, Query(params): Pairs) -> Answer {
    let params = Params(&params);
    match Target::parse(&path) {
        Target::App(id) => one(&edge, &id, params).await,
        Target::Below(group) => below(&edge, &group, params).await,
        Target::Tasks(id) => app_tasks::list(&edge, &id).await,
        Target::TasksBelow(group) => app_tasks::list_below(&edge, &group).await,
        Target::Versions(id) => versions::list(&edge, &id).await,
        Target::Version(id, version) => versions::show(&edge, &id, &version).await,
        Target::Restart(_) => answer::wrong_method("POST"),
        Target::Task(..) => answer::wrong_method("DELETE"),
    }
}

async fn one(edge: &Edge, id: &AppId, params: Params<'_>) -> Answer {
    let snapshot = edge.state().await?;
    let app = find(&snapshot.state.apps, id)?;
    let embed = params.embed(&Embed::SINGLE);
    answer::ok(&AppSingle {
        app: view::info(&snapshot.state.apps, app, &embed, edge.now(snapshot.at)),
    })
}

async fn below(edge: &Edge, group: &AppId, params: Params<'_>) -> Answer {
    let snapshot = edge.state().await?;
    let (apps, now) = (&snapshot.state.apps, edge.now(snapshot.at));
    let embed = params.embed(&Embed::SINGLE);
    let below = apps
        .apps_under(group)
        .filter(|app| !app.doomed && app.spec().id != *group);
    let infos: Vec<_> = below.map(|app| view::info(apps, app, &embed, now)).collect();
    if infos.is_empty() && group.as_str() != "/" {
        return Err(Problem::no_group(group.as_str(), None).into());
    }
    answer::ok(&AppsBelow { apps: infos })
}

/// `POST /v2/apps/{id}/restart`.
pub(super) async fn act(State(edge): State<Edge>, Path(path): Path<String>, Query(params): Pairs) -> Answer {
    match Target::parse(&path) {
        Target::Restart(id) => {
            find(&edge.state().await?.state.apps, &id)?;
            let force = Params(&params).flag("force", false);
            let outcome = submit(&edge, Command::RestartApps { ids: vec![id], force }).await?;
            Ok(answer::deployed(StatusCode::OK, &outcome))
        }
        Target::App(_) => answer::wrong_method(APP_METHODS),
        Target::Tasks(_) => answer::wrong_method("GET, HEAD, DELETE"),
        Target::Task(..) => answer::wrong_method("DELETE"),
        _ => answer::wrong_method(READ_METHODS),
    }
}

/// `PUT /v2/apps/{id}`: creates the app if it does not exist.
pub(super) async fn replace(
    State(edge): State<Edge>,
    Path(path): Path<String>,
    Query(params): Pairs,
    request: Request,
) -> Answer {
    let partial = Params(&params).flag("partialUpdate", true);
    put(&edge, &path, Params(&params), request, partial, PutMode::Upsert).await
}

/// `PATCH /v2/apps/{id}`.
pub(super) async fn update(
    State(edge): State<Edge>,
    Path(path): Path<String>,
    Query(params): Pairs,
    request: Request,
) -> Answer {
    put(&edge, &path, Params(&params), request, true, PutMode::Update).await
}

async fn put(edge: &Edge, path: &str, params: Params<'_>, request: Request, partial: bool, mode: PutMode) -> Answer {
    let id = match Target::parse(path) {
        Target::App(id) => id,
        Target::Restart(_) => return answer::wrong_method("POST"),
        Target::Tasks(_) => return answer::wrong_method("GET, HEAD, DELETE"),
        Target::Task(..) => return answer::wrong_method("DELETE"),
        _ => return answer::wrong_method(READ_METHODS),
    };
    let (remote, uri) = (body::remote(&request), request.uri().to_string());
    let body = body::read(edge, request).await?;
    let snapshot = edge.state().await?;
    let apps = &snapshot.state.apps;
    let context = context(edge.now(snapshot.at));
    let current = find(apps, &id);
    let is_new = current.is_err();
    let spec = match current {
        Ok(app) if partial => changed(apps, app.spec(), request::update(app.spec(), &body, &context)?)?,
        Err(problem) if mode == PutMode::Update => return Err(problem.into()),
        _ => request::replace(id.as_str(), &body, &context)?,
    };
    let force = params.flag("force", false);
    let outcome = submit(
        edge,
        Command::PutApps {
            specs: vec![spec],
            mode,
            force,
        },
    )
    .await?;
    if let Some(spec) = outcome.events.iter().find_map(put_spec) {
        posted(edge, remote, uri, spec);
    }
    if is_new {
        return Ok(answer::with_location(
            answer::deployed(StatusCode::CREATED, &outcome),
            &location(&id),
        ));
    }
    Ok(answer::deployed(StatusCode::OK, &outcome))
}

/// `DELETE /v2/apps/{id}` and tasks below it.
pub(super) async fn delete(State(edge): State<Edge>, Path(path): Path<String>, Query(params): Pairs) -> Answer {
    let params = Params(&params);
    match Target::parse(&path) {
        Target::App(id) => delete_app(&edge, id, params).await,
        Target::Tasks(id) => app_tasks::kill_many(&edge, &id, params).await,
        Target::Task(id, task) => app_tasks::kill_one(&edge, &id, &task, params).await,
        Target::Restart(_) => answer::wrong_method("POST"),
        _ => answer::wrong_method(READ_METHODS),
    }
}

async fn delete_app(edge: &Edge, id: AppId, params: Params<'_>) -> Answer {
    find(&edge.state().await?.state.apps, &id)?;
    // Unlike everywhere else, Marathon forces this unless it is told not to.
    let force = params.flag("force", true);
    let outcome = submit(edge, Command::DeleteApps { ids: vec![id], force }).await?;
    Ok(answer::deployed(StatusCode::OK, &outcome))
}
