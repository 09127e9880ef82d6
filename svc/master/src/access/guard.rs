use core_authorizer::{Action, Object, Subject};
use io_auth::Realm;
use io_httpd::{IntoResponse, Method, Request, Response, State, StatusCode, middleware::Next};

use super::{Access, caller::caller};
use crate::{Master, scheduler::error::CallError};

/// Finds out who sends a request before anybody answers it, and puts the [`Subject`] among its extensions.
pub(crate) async fn guard(State(master): State<Master>, mut request: Request, next: Next) -> Response {
    let access = &master.options.access;
    let path = request.uri().path();
    let Some(realm) = realm(access, request.method(), path) else {
        return next.run(request).await;
    };
    let subject = match realm.identify(request.headers()) {
        Ok(subject) => subject,
        Err(challenge) => return *challenge,
    };
    if subject.as_ref().is_some_and(|subject| subject.value.is_none()) {
        let why = "The request's authenticated principal contains claims, but no value string. The master currently requires \
                   that principals have a value";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    if let Some(path) = by_path(path) {
        let caller = caller(&master, subject.clone());
        if let Err(denied) = caller.demand(Action::GetEndpointWithPath, &Object::Path(path)) {
            return CallError::from(denied).into_response();
        }
    }
    if let Some(subject) = subject {
        request.extensions_mut().insert::<Subject>(subject);
    }
    next.run(request).await
}

/// The endpoints that are allowed by their path alone.
fn by_path(path: &str) -> Option<&str> {
    matches!(path, "/files/debug" | "/logging/toggle" | "/metrics/snapshot").then_some(path)
}

/// Who guards an endpoint, as `Master::initialize` of Mesos says it; `None` for what everybody may ask. What nobody thought
/// of is guarded.
fn realm<'a>(access: &'a Access, method: &Method, path: &str) -> Option<&'a Realm> {
    let own = path.strip_prefix("/master").filter(|rest| rest.starts_with('/'));
    match own.unwrap_or(path) {
        // Whether a master is there, and which.
        "/health" | "/version" | "/redirect" | "/system/stats.json" => None,
        // It has a proof of its own.
        io_link::PATH => None,
        // A driver's message: those authenticate by messages too.
        message if own.is_some() && message.starts_with("/mesos.") => None,
        "/api/v1/scheduler" => Some(&access.frameworks),
        "/weights" | "/quota" | "/maintenance/schedule" | "/logging/toggle" => Some(&access.readwrite),
        _ if method == Method::GET || method == Method::HEAD => Some(&access.readonly),
        _ => Some(&access.readwrite),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use io_auth::{Authenticator, Basic, Credentials};

    use super::*;

    #[test]
    fn endpoints_are_in_mesos_realms() {
        let realm_of = |name| -> Realm {
            let basic: Arc<dyn Authenticator> = Arc::new(Basic::new(Credentials::default()));
            Realm::new(name, [basic])
        };
        let access = Access {
            readonly: realm_of("r"),
            readwrite: realm_of("w"),
            frameworks: realm_of("f"),
            ..Access::default()
        };
        for (request, expected) in [
            ("GET /state", "r"),
            ("GET /master/state-summary", "r"),
            ("GET /files/read", "r"),
            ("GET /metrics/snapshot", "r"),
            ("GET /harmony/v1/tasks", "r"),
            ("GET /master/maintenance/status", "r"),
            ("GET /anything", "r"),
            ("POST /anything", "w"),
            ("POST /api/v1", "w"),
            ("POST /master/api/v1", "w"),
            ("POST /master/teardown", "w"),
            ("GET /weights", "w"),
            ("GET /master/quota", "w"),
            ("DELETE /quota/ads", "w"),
            ("GET /maintenance/schedule", "w"),
            ("GET /logging/toggle", "w"),
            ("POST /harmony/v1/tasks/f/t/kill", "w"),
            ("POST /api/v1/scheduler", "f"),
            ("POST /master/api/v1/scheduler", "f"),
            ("GET /health", ""),
            ("GET /master/version", ""),
            ("GET /redirect", ""),
            ("POST /harmony/v1/link", ""),
            ("POST /master/mesos.scheduler.Call", ""),
            ("POST /mesos.scheduler.Call", "w"),
        ] {
            let (method, path) = request.split_once(' ').unwrap();
            let realm = realm(&access, &method.parse().unwrap(), path);
            let challenge = realm.map(|realm| realm.identify(&Default::default()).unwrap_err());
            let asked = challenge.map(|response| response.headers()["www-authenticate"].clone());
            let expected = match expected {
                "" => None,
                name => Some(format!("Basic realm=\"{name}\"")),
            };
            assert_eq!(
                asked.map(|asked| asked.to_str().unwrap().to_owned()),
                expected,
                "{request}"
            );
        }
    }
}
