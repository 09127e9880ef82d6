use model_app::{AppSpec, Artifact as Fetch, Constraint, Limit as DomainLimit, Program, Unreachable as Seconds};
use model_resources::{Role, Scalar};

use super::{container, health, network};
use crate::{
    app::{
        App, Artifact, EnvVar, ExecutorResources, Limit, Residency, ResourceLimits, Secret, Unreachable,
        UpgradeStrategy, VersionInfo,
    },
    word::{TaskLostBehavior, Word},
};

impl From<&AppSpec> for App {
    /// The form of Marathon's answers: today's fields only, defaults written out, empty lists and maps left out where
    /// Marathon leaves them out.
    fn from(spec: &AppSpec) -> Self {
        let on_host = spec.is_on_host_network();
        let (cmd, args) = match &spec.program {
            Some(Program::Shell(cmd)) => (Some(cmd.clone()), None),
            Some(Program::Args(args)) => (None, Some(args.clone())),
            None => (None, None),
        };
        let map = |m: &std::collections::BTreeMap<String, String>| Some(m.clone()).filter(|m| !m.is_empty());
        Self {
            id: Some(spec.id.to_string()),
            cmd,
            args,
            user: spec.user.clone(),
            env: Some(spec.env.iter().map(|(k, v)| (k.clone(), EnvVar(v.clone()))).collect()),
            instances: Some(spec.instances),
            cpus: Some(spec.cpus.to_f64()),
            mem: Some(spec.mem.to_f64()),
            disk: Some(spec.disk.to_f64()),
            gpus: u32::try_from(spec.gpus.whole_units()).ok(),
            executor: Some(spec.executor.clone()),
            executor_resources: spec.executor_resources.map(|r| ExecutorResources {
                cpus: Some(r.cpus.to_f64()),
                mem: Some(r.mem.to_f64()),
                disk: Some(r.disk.to_f64()),
            }),
            constraints: Some(spec.constraints.iter().map(Constraint::parts).collect()),
            fetch: Some(spec.fetch.iter().map(artifact).collect()),
            port_definitions: on_host.then(|| spec.ports.iter().map(network::definition_of).collect()),
            require_ports: Some(spec.require_ports),
            backoff_seconds: Some(spec.backoff.seconds),
            backoff_factor: Some(spec.backoff.factor),
            max_launch_delay_seconds: Some(spec.backoff.max_seconds),
            container: spec.container.as_ref().map(|c| container::container_of(c, on_host)),
            health_checks: Some(spec.health_checks.iter().map(health::health_of).collect()),
            check: spec.check.as_ref().map(health::check_of),
            readiness_checks: Some(spec.readiness_checks.iter().map(health::readiness_of).collect()),
            dependencies: Some(spec.dependencies.iter().map(ToString::to_string).collect()),
            upgrade_strategy: Some(UpgradeStrategy {
                minimum_health_capacity: spec.upgrade.minimum_health_capacity,
                maximum_over_capacity: spec.upgrade.maximum_over_capacity,
            }),
            labels: Some(spec.labels.clone()),
            accepted_resource_roles: roles(spec),
            networks: Some(spec.networks.iter().map(network::network_of).collect()),
            residency: spec.is_resident().then(|| residency(spec.unreachable)),
            secrets: map(&spec.secrets).map(secrets),
            task_kill_grace_period_seconds: spec.kill_grace_seconds,
            unreachable_strategy: Some(Unreachable(spec.unreachable)),
            kill_selection: Some(Word(spec.kill_selection)),
            tty: spec.tty,
            role: Some(spec.role.as_str().to_owned()),
            resource_limits: spec.resource_limits.map(|l| ResourceLimits {
                cpus: l.cpus.map(limit),
                mem: l.mem.map(limit),
            }),
            version: Some(spec.version.to_string()),
            version_info: spec.changes.map(|c| VersionInfo {
                last_scaling_at: c.last_scaling_at.to_string(),
                last_config_change_at: c.last_config_change_at.to_string(),
            }),
            ..Self::default()
        }
        .without_empties()
    }
}

impl App {
    /// Marathon leaves these out when they are empty.
    fn without_empties(mut self) -> Self {
        self.env = self.env.filter(|v| !v.is_empty());
        self.constraints = self.constraints.filter(|v| !v.is_empty());
        self.fetch = self.fetch.filter(|v| !v.is_empty());
        self.health_checks = self.health_checks.filter(|v| !v.is_empty());
        self.readiness_checks = self.readiness_checks.filter(|v| !v.is_empty());
        self.dependencies = self.dependencies.filter(|v| !v.is_empty());
        self
    }
}

fn artifact(fetch: &Fetch) -> Artifact {
    Artifact {
        uri: fetch.uri.clone(),
        extract: Some(fetch.extract),
        executable: Some(fetch.executable),
        cache: Some(fetch.cache),
        dest_path: fetch.dest_path.clone(),
    }
}

fn roles(spec: &AppSpec) -> Option<Vec<String>> {
    let names = spec.accepted_resource_roles.iter().map(Role::as_str).map(str::to_owned);
    Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
}

fn secrets(sources: std::collections::BTreeMap<String, String>) -> std::collections::BTreeMap<String, Secret> {
    sources
        .into_iter()
        .map(|(name, source)| (name, Secret { source }))
        .collect()
}

fn residency(unreachable: Option<Seconds>) -> Residency {
    Residency {
        relaunch_escalation_timeout_seconds: Some(unreachable.map_or(3600, |u| u.inactive_after_seconds)),
        task_lost_behavior: Some(Word(TaskLostBehavior::WaitForever)),
    }
}

fn limit(limit: DomainLimit) -> Limit {
    match limit {
        DomainLimit::Unlimited => Limit(None),
        DomainLimit::Amount(amount) => Limit(Some(Scalar::to_f64(amount))),
    }
}
