//! Rewrites older forms and fills in what depends on other fields (`AppNormalization`).

use model_app::{Artifact as Fetch, HealthProtocol, Violation, resolve};

use super::network;
use crate::{
    app::{App, Artifact, HealthCheck},
    context::Context,
    word::{NetworkMode, Word},
};

/// The older fields as today's; defaults that depend on other fields are left out, so that an update stays partial.
pub(crate) fn canonical(app: &mut App) -> Result<(), Violation> {
    let uris = app.uris.take().unwrap_or_default();
    if !uris.is_empty() {
        app.fetch = Some(uris.iter().map(|uri| artifact(uri)).collect());
    }
    network::translate(app)?;
    if let Some(ports) = app.ports.take() {
        app.port_definitions
            .get_or_insert_with(|| ports.into_iter().map(network::port).collect());
    }
    Ok(())
}

/// The whole app in today's form with all defaults that depend on other fields.
pub(crate) fn normalise(app: &mut App, context: &Context) -> Result<(), Violation> {
    let absolute = |id: &str| resolve(id, &context.base).as_str().to_owned();
    app.id = Some(absolute(app.id.as_deref().unwrap_or_default()));
    for dependency in app.dependencies.iter_mut().flatten() {
        *dependency = absolute(dependency);
    }
    let had_definitions = app.port_definitions.as_ref().is_some_and(|p| !p.is_empty());
    canonical(app)?;
    network::apply_ports(app);
    let mapped = app.container.as_ref().and_then(|c| c.port_mappings.as_ref());
    if had_definitions || mapped.is_some_and(|m| !m.is_empty()) {
        app.health_checks.iter_mut().flatten().for_each(name_first_port);
    }
    network::apply_networks(app, context)
}

/// Older checks meant the first port when they named none.
fn name_first_port(check: &mut HealthCheck) {
    let is_command = check.protocol == Some(Word(HealthProtocol::Command));
    if !is_command && check.port.is_none() && check.port_index.is_none() {
        check.port_index = Some(0);
    }
}

fn artifact(uri: &str) -> Artifact {
    let fetch = Fetch::from_uri(uri);
    Artifact {
        uri: fetch.uri,
        extract: Some(fetch.extract),
        ..Artifact::default()
    }
}

/// Whether an app is on the host's network: it names no other.
pub(super) fn is_on_host(app: &App) -> bool {
    let other = |n: &crate::app::Network| n.mode.is_none_or(|m| m.0 != NetworkMode::Host);
    !app.networks.iter().flatten().any(other)
}
