//! What Marathon asks of the older fields before it rewrites them (`validateOldAppAPI`).

use std::collections::BTreeSet;

use model_app::{Engine, Violation};

use crate::app::{App, Container, Docker};

/// The rules about older fields that an app breaks.
pub(crate) fn legacy_violations(app: &App) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut refuse = |wrong: bool, path: &str, error: &str| {
        if wrong {
            found.push(Violation::new(path, error));
        }
    };
    let docker = app.container.as_ref().and_then(|c| c.docker.as_ref());
    let in_docker = app.container.as_ref().is_some_and(|c| engine(c) == Engine::Docker);
    let ip = app.ip_address.as_ref();
    let uris = app.uris.as_deref().unwrap_or_default();
    let fetches = app.fetch.as_ref().is_some_and(|f| !f.is_empty());
    let networked = app.networks.as_ref().is_some_and(|n| !n.is_empty());
    let ported = app.ports.as_ref().is_some_and(|p| !p.is_empty())
        || app.port_definitions.as_ref().is_some_and(|p| !p.is_empty());

    refuse(
        in_docker && ip.is_some_and(|i| i.discovery.is_some()),
        "/ipAddress",
        "ipAddress/discovery is not allowed for Docker containers",
    );
    refuse(
        !uris.is_empty() && fetches,
        "/uris",
        "may not be set in conjunction with fetch",
    );
    refuse(
        docker.is_some_and(|d| d.network.is_some()) && networked,
        "/",
        "must not specify both container.docker.network and networks",
    );
    refuse(
        ip.is_some() && networked,
        "/",
        "must not specify both networks and ipAddress",
    );
    refuse(has_twice(app.ports.as_deref()), "/", "ports must be unique");
    refuse(
        ip.is_some() && ported,
        "/",
        "cannot specify both an IP address and port",
    );
    refuse(!ports_agree(app), "/", "cannot specify both ports and port definitions");
    if let Some(docker) = docker {
        docker_violations(docker, in_docker, &mut refuse);
    }
    found
}

fn docker_violations(docker: &Docker, in_docker: bool, refuse: &mut impl FnMut(bool, &str, &str)) {
    let path = |field: &str| format!("/container/docker/{field}");
    let mut must_be_empty = |filled: bool, field: &str| refuse(filled, &path(field), "must be empty");
    must_be_empty(docker.credential.is_some(), "credential");
    if !in_docker {
        must_be_empty(docker.network.is_some(), "network");
        must_be_empty(docker.parameters.as_ref().is_some_and(|p| !p.is_empty()), "parameters");
        must_be_empty(docker.port_mappings.is_some(), "portMappings");
    }
}

/// The engine of a container; DOCKER if it names none.
pub(super) fn engine(container: &Container) -> Engine {
    container.engine.map_or(Engine::Docker, |word| word.0)
}

fn has_twice(ports: Option<&[u16]>) -> bool {
    let mut seen = BTreeSet::new();
    ports.unwrap_or_default().iter().any(|p| *p != 0 && !seen.insert(*p))
}

/// Both forms may come together if they say the same, as older answers did.
fn ports_agree(app: &App) -> bool {
    let (Some(ports), Some(definitions)) = (&app.ports, &app.port_definitions) else {
        return true;
    };
    definitions
        .iter()
        .map(|d| d.port.unwrap_or(0))
        .eq(ports.iter().copied())
}
