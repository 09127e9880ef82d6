use std::{collections::BTreeMap, sync::Arc};

use base_clock::Timestamp;
use base_ids::AppId;
use core_apps::{App as Known, Apps, Command, Event as AppsFact, PutMode};
use core_control::Event as Fact;
use io_httpd::{IntoResponse, Json, Query, Request, State, StatusCode};
use model_app::{AppSpec, Program, Rules, resolve};
use model_resources::Role;
use wire_marathon::{
    AppInfo, AppList, Context, Counts, Embed, Event, EventBody, Identifiable, LabelSelector, Problem,
    app::App,
    request::{self, Change},
};

use super::{
    answer::{self, Answer, Trouble},
    body,
    params::{Pairs, Params},
};
use crate::{Edge, view};

/// `GET /v2/apps`.
pub(super) async fn list(State(edge): State<Edge>, Query(params): Pairs) -> Answer {
    let params = Params(&params);
    let selector: LabelSelector = match params.get("label") {
        Some(text) => text.parse().map_err(|error| Problem::new(422, format!("{error}")))?,
        None => LabelSelector::default(),
    };
    let snapshot = edge.state().await?;
    let (apps, now) = (&snapshot.state.apps, edge.now(snapshot.at));
    let embed = params.embed(&Embed::LIST);
    let chosen = live(apps).filter(|app| {
        let spec = app.spec();
        params.get("id").is_none_or(|part| contains(spec.id.as_str(), part))
            && params
                .get("cmd")
                .is_none_or(|part| matches!(&spec.program, Some(Program::Shell(cmd)) if contains(cmd, part)))
            && selector.matches(&spec.labels)
    });
    answer::ok(&AppList {
        apps: chosen.map(|app| view::info(apps, app, &embed, now)).collect(),
    })
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// The apps as the API shows them: one that is being deleted is gone already.
pub(super) fn live(apps: &Apps) -> impl Iterator<Item = &Known> {
    apps.apps().filter(|app| !app.doomed)
}

/// An app as the API shows it.
pub(super) fn find<'a>(apps: &'a Apps, id: &AppId) -> Result<&'a Known, Problem> {
    apps.app(id)
        .filter(|app| !app.doomed)
        .ok_or_else(|| Problem::no_app(id.as_str(), None))
}

/// What the definitions of a request are read against.
pub(super) fn context(now: Timestamp) -> Context {
    Context {
        base: "/".to_owned(),
        role: Role::any(),
        // The scheduler is subscribed to this role alone.
        rules: Rules {
            roles: vec![Role::any()],
        },
        default_network: None,
        now,
    }
}

/// `POST /v2/apps`.
pub(super) async fn create(State(edge): State<Edge>, Query(params): Pairs, request: Request) -> Answer {
    let (remote, uri) = (body::remote(&request), request.uri().to_string());
    let body = body::read(&edge, request).await?;
    let spec = request::create(&body, &context(edge.now(Timestamp::EPOCH)))?;
    let force = Params(&params).flag("force", false);
    let put = Command::PutApps {
        specs: vec![spec],
        mode: PutMode::Create,
        force,
    };
    let outcome = submit(&edge, put).await?;
    let spec = outcome.events.iter().find_map(put_spec);
    let spec = spec.ok_or_else(|| Problem::new(500, "the app was not created"))?;
    posted(&edge, remote, uri, spec);
    let id = answer::started(&outcome)
        .map(|deployment| deployment.id.to_string())
        .unwrap_or_default();
    let info = AppInfo {
        app: App::from(spec),
        counts: Some(Counts::default()),
        deployments: Some(vec![Identifiable { id: id.clone() }]),
        ..AppInfo::default()
    };
    let response = (StatusCode::CREATED, Json(info)).into_response();
    Ok(answer::with_deployment(
        answer::with_location(response, &location(&spec.id)),
        &id,
    ))
}

/// Where an app is found.
pub(super) fn location(id: &AppId) -> String {
    format!("/v2/apps{id}")
}

/// The new version of an app in a fact.
pub(super) fn put_spec(fact: &Fact) -> Option<&AppSpec> {
    match fact {
        Fact::Apps(AppsFact::AppPut { spec }) => Some(spec),
        _ => None,
    }
}

/// Tells listeners who changed an app.
pub(super) fn posted(edge: &Edge, client_ip: String, uri: String, spec: &AppSpec) {
    let body = EventBody::ApiPost {
        client_ip,
        uri,
        app_definition: Box::new(App::from(spec)),
    };
    let sent = edge.hub.publish(&Event {
        body,
        timestamp: edge.now(spec.version),
    });
    edge.tallies.event_bytes.add(sent);
}

/// Submits a change and counts what becomes of it.
pub(super) async fn submit(
    edge: &Edge,
    command: Command,
) -> Result<io_engine::Outcome<core_control::Control>, Trouble> {
    let result = edge.submit(command).await.map_err(Trouble::from);
    match &result {
        Ok(outcome) if answer::started(outcome).is_some() => edge.tallies.deployments.add(1),
        Err(Trouble(problem)) if problem.status == 403 => edge.tallies.dismissed.add(1),
        _ => {}
    }
    result
}

/// `PUT /v2/apps`: apps that exist are updated, others created.
pub(super) async fn replace(State(edge): State<Edge>, Query(params): Pairs, request: Request) -> Answer {
    let params = Params(&params);
    let partial = params.flag("partialUpdate", true);
    put_many(&edge, request, partial, PutMode::Upsert, params.flag("force", false)).await
}

/// `PATCH /v2/apps`: all must exist.
pub(super) async fn update(State(edge): State<Edge>, Query(params): Pairs, request: Request) -> Answer {
    put_many(
        &edge,
        request,
        true,
        PutMode::Update,
        Params(&params).flag("force", false),
    )
    .await
}

async fn put_many(edge: &Edge, request: Request, partial: bool, mode: PutMode, force: bool) -> Answer {
    let body = body::read(edge, request).await?;
    let updates = App::read_list(&body)?;
    let snapshot = edge.state().await?;
    let context = context(edge.now(snapshot.at));
    let mut specs: BTreeMap<AppId, Arc<AppSpec>> = BTreeMap::new();
    for update in updates {
        let id = update
            .id
            .as_deref()
            .ok_or_else(|| Problem::new(422, "App Update must have app id set"))?;
        let id = resolve(id, &context.base);
        let known = find(&snapshot.state.apps, &id);
        let current = specs.get(&id).or(known.as_ref().ok().map(|app| app.spec())).cloned();
        let spec = match current {
            Some(current) if partial => changed(&snapshot.state.apps, &current, update.apply(&current, &context)?)?,
            None if mode == PutMode::Update => return Err(Problem::no_app(id.as_str(), None).into()),
            _ => update.into_spec(&context)?,
        };
        specs.insert(id, Arc::new(spec));
    }
    let specs = specs.into_values().map(Arc::unwrap_or_clone).collect();
    let outcome = submit(edge, Command::PutApps { specs, mode, force }).await?;
    Ok(answer::deployed(StatusCode::OK, &outcome))
}

/// The whole app that an update asks for.
pub(super) fn changed(apps: &Apps, current: &AppSpec, change: Change) -> Result<AppSpec, Problem> {
    let version = match change {
        Change::To(spec) => return Ok(*spec),
        Change::Back(version) => version,
    };
    let old = apps.app(&current.id).and_then(|app| app.version(version));
    let old = old.ok_or_else(|| Problem::no_app(current.id.as_str(), Some(&version.to_string())))?;
    Ok(AppSpec::clone(old))
}
