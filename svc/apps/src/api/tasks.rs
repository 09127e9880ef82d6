use std::collections::BTreeSet;

use core_apps::{App, Apps, Condition, Instance, parse_instance_id};
use io_httpd::{HeaderMap, IntoResponse, Query, Request, Response, State, StatusCode, header};
use wire_marathon::{Problem, TaskList, request};

use super::{
    answer::{self, Answer},
    app_tasks::Kill,
    apps::{live, submit},
    body,
    params::{Pairs, Params},
};
use crate::{Edge, view};

/// `GET /v2/tasks`, as JSON or as the text that old load balancers read.
pub(super) async fn list(State(edge): State<Edge>, Query(params): Pairs, headers: HeaderMap) -> Answer {
    let snapshot = edge.state().await?;
    let apps = &snapshot.state.apps;
    if wants_text(&headers) {
        return Ok(text(apps));
    }
    let params = Params(&params);
    let wanted: BTreeSet<Condition> = params
        .all("status")
        .chain(params.all("status[]"))
        .filter_map(condition)
        .collect();
    let is_wanted = |instance: &&Instance| wanted.is_empty() || wanted.contains(&instance.condition);
    let tasks = live(apps).flat_map(|app| {
        let instances = apps.instances(&app.spec().id).filter(is_wanted);
        instances.filter_map(move |instance| view::task(app, instance))
    });
    answer::ok(&TaskList { tasks: tasks.collect() })
}

fn condition(status: &str) -> Option<Condition> {
    match status.to_ascii_lowercase().as_str() {
        "running" => Some(Condition::Running),
        "staging" => Some(Condition::Staging),
        _ => None,
    }
}

/// Text only if it is asked for by name and JSON is not.
fn wants_text(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    accept.contains("text/plain") && !accept.contains("application/json")
}

/// One line for each service port: the app, the port, and where it is served (`EndpointsHelper`).
fn text(apps: &Apps) -> Response {
    let mut out = String::new();
    for app in live(apps) {
        let name = app.spec().id.as_str().trim_start_matches('/').replace('/', "_");
        let ports = app.spec().service_ports();
        if ports.is_empty() {
            line(&mut out, apps, app, &format!("{name}\t "), |instance| {
                Some(host(instance)?.to_owned())
            });
        }
        for (i, port) in ports.iter().enumerate() {
            line(&mut out, apps, app, &format!("{name}\t{port}"), |instance| {
                let port = instance.place.as_ref()?.ports.get(i)?;
                Some(format!("{}:{port}", host(instance)?))
            });
        }
    }
    ([(header::CONTENT_TYPE, "text/plain")], out).into_response()
}

fn host(instance: &Instance) -> Option<&str> {
    Some(instance.place.as_ref()?.hostname.as_str())
}

fn line(out: &mut String, apps: &Apps, app: &App, start: &str, end: impl Fn(&Instance) -> Option<String>) {
    out.push_str(start);
    out.push('\t');
    let running = apps
        .instances(&app.spec().id)
        .filter(|instance| instance.condition == Condition::Running);
    for end in running.filter_map(end) {
        out.push_str(&end);
        out.push('\t');
    }
    out.push('\n');
}

/// `POST /v2/tasks/delete`.
pub(super) async fn kill(State(edge): State<Edge>, Query(params): Pairs, request: Request) -> Answer {
    let kill = Kill::read(Params(&params))?;
    let body = body::read(&edge, request).await?;
    let mut uuids = Vec::new();
    for id in request::task_ids(&body)? {
        uuids.push(parse_instance_id(&id).ok_or_else(|| Problem::new(400, format!("Invalid task id '{id}'.")))?);
    }
    let snapshot = edge.state().await?;
    let apps = &snapshot.state.apps;
    let known = uuids.iter().filter_map(|uuid| apps.instance(*uuid));
    let tasks: Vec<_> = known
        .filter_map(|instance| view::task(apps.app(&instance.app)?, instance))
        .collect();
    let outcome = submit(&edge, kill.command(uuids)).await?;
    if kill.scale {
        return Ok(answer::deployed(StatusCode::OK, &outcome));
    }
    answer::ok(&TaskList { tasks })
}
