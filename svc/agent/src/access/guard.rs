use core_authorizer::{Action, Object, Subject};
use io_auth::{Caller, Realm};
use io_httpd::{HeaderMap, IntoResponse, Method, Request, Response, State, middleware::Next};
use wire_link::ON_BEHALF_OF;

use super::Access;
use crate::{api::Agent, operator::CallError};

/// Marks requests that come over the link to the master.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relayed;

/// Marks requests of the master itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trusted;

/// Finds out who sends a request before anybody answers it.
pub(crate) async fn guard(State(agent): State<Agent>, mut request: Request, next: Next) -> Response {
    let access = &agent.options.access;
    let path = request.uri().path();
    let realm = realm(access, request.method(), path);
    let relayed = request.extensions().get::<Relayed>().is_some();
    let subject = match (relayed.then(|| on_behalf_of(request.headers())), realm) {
        (Some(Behalf::Master), _) => {
            request.extensions_mut().insert(Trusted);
            return next.run(request).await;
        }
        (Some(Behalf::Of(name)), _) => Some(Subject::named(name)),
        (_, None) => return next.run(request).await,
        (_, Some(realm)) => match realm.identify(request.headers()) {
            Ok(subject) => subject,
            Err(challenge) => match executor(&agent, path, request.headers()) {
                Some(executor) => Some(executor),
                None => return *challenge,
            },
        },
    };
    if let Some(path) = by_path(path) {
        let caller = Caller::new(access.authorizer.clone(), subject.clone());
        if let Err(denied) = caller.demand(Action::GetEndpointWithPath, &Object::Path(path)) {
            return CallError::from(denied).into_response();
        }
    }
    if let Some(subject) = subject {
        request.extensions_mut().insert(subject);
    }
    next.run(request).await
}

/// The executor that asks, by its token: for containers within its own.
fn executor(agent: &Agent, path: &str, headers: &HeaderMap) -> Option<Subject> {
    let tokens = agent.options.tokens.as_ref()?;
    (own(path) == "/api/v1").then(|| tokens.subject(headers)).flatten()
}

/// For whom a master asks.
enum Behalf {
    Master,
    Nobody,
    Of(String),
}

fn on_behalf_of(headers: &HeaderMap) -> Behalf {
    match headers
        .get(ON_BEHALF_OF)
        .map(|value| value.to_str().unwrap_or_default())
    {
        None => Behalf::Master,
        Some("") => Behalf::Nobody,
        Some(name) => Behalf::Of(name.to_owned()),
    }
}

fn own(path: &str) -> &str {
    let own = path.strip_prefix("/slave(1)").filter(|rest| rest.starts_with('/'));
    own.unwrap_or(path)
}

/// The endpoints that are allowed by their path alone, by the name that rules give them.
fn by_path(path: &str) -> Option<&str> {
    let path = own(path);
    let path = path.strip_suffix(".json").unwrap_or(path);
    matches!(
        path,
        "/containers" | "/files/debug" | "/logging/toggle" | "/metrics/snapshot" | "/monitor/statistics"
    )
    .then_some(path)
}

/// Who guards an endpoint, as `Slave::initialize` of Mesos says it; `None` for what everybody may ask.
fn realm<'a>(access: &'a Access, method: &Method, path: &str) -> Option<&'a Realm> {
    match own(path) {
        "/health" | "/version" | "/system/stats.json" => None,
        // Executors have tokens, for which their API asks itself, or are native drivers, which have none.
        "/api/v1/executor" => None,
        message if message.len() < path.len() && message.starts_with("/mesos.") => None,
        "/logging/toggle" => Some(&access.readwrite),
        _ if method == Method::GET || method == Method::HEAD => Some(&access.readonly),
        _ => Some(&access.readwrite),
    }
}
