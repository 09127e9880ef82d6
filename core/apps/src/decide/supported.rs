use model_app::{AppSpec, EnvValue, Network};

use crate::Reject;

/// Refuses what the agents of this release can't do. An app that runs without a part of its definition would be worse than
/// one that is refused.
pub(super) fn check(specs: &[AppSpec]) -> Result<(), Reject> {
    for (i, spec) in specs.iter().enumerate() {
        if let Some((path, what)) = unsupported(spec) {
            return Err(Reject::Invalid {
                path: path_of(specs, i, path),
                message: format!("{what} by this release"),
            });
        }
    }
    Ok(())
}

fn unsupported(spec: &AppSpec) -> Option<(&'static str, &'static str)> {
    let container = spec.container.as_ref();
    let has_secret = || spec.env.values().any(|value| matches!(value, EnvValue::Secret(_)));
    let parts = [
        (
            container.is_some_and(|c| c.image.is_some()),
            "/container/docker/image",
            "container images are not run",
        ),
        (
            container.is_some_and(|c| !c.volumes.is_empty()),
            "/container/volumes",
            "volumes are not mounted",
        ),
        (
            spec.networks.iter().any(|network| *network != Network::Host),
            "/networks",
            "only the network of the host is given",
        ),
        (!spec.fetch.is_empty(), "/fetch", "artifacts are not fetched"),
        (
            !spec.secrets.is_empty() || has_secret(),
            "/secrets",
            "secrets are not resolved",
        ),
        (
            !matches!(spec.executor.as_str(), "" | "//cmd"),
            "/executor",
            "custom executors are not run",
        ),
        (
            !spec.readiness_checks.is_empty(),
            "/readinessChecks",
            "readiness checks are not run",
        ),
        (
            spec.health_checks.len() > 1,
            "/healthChecks",
            "only one health check is run",
        ),
    ];
    parts
        .into_iter()
        .find(|(asked, ..)| *asked)
        .map(|(_, path, what)| (path, what))
}

/// Where in the request: in a list its number comes first.
pub(super) fn path_of(specs: &[AppSpec], i: usize, path: &str) -> String {
    if specs.len() == 1 {
        path.to_owned()
    } else {
        format!("/{i}{path}")
    }
}
