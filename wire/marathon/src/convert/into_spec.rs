use base_ids::AppId;
use model_app::{
    AppSpec, Artifact as Fetch, Backoff, Constraint, ExecutorResources, Limit as DomainLimit, Program, ResourceLimits,
    UpgradeStrategy, Violation,
};
use model_resources::{Role, Scalar};

use super::{container, health, network};
use crate::{
    app::{App, Artifact, Limit},
    context::Context,
};

/// A normalised app as the domain has it, with all rules that it breaks.
pub(crate) fn spec(app: App, context: &Context) -> Result<AppSpec, Vec<Violation>> {
    let mut found = Vec::new();
    let id = AppId::from(app.id.clone().unwrap_or_default());
    let role = role(app.role.as_deref(), context, &mut found);
    let mut spec = AppSpec::new(id, program(&app, &mut found), role, context.now);
    amounts(&app, &mut spec, &mut found);
    spec.networks = network::networks(&app, &mut found);
    placement(&app, &mut spec, &mut found);
    limits(&app, &mut spec, &mut found);
    rest(app, &mut spec, &mut found);
    found.extend(spec.violations(&context.rules));
    if found.is_empty() {
        Ok(spec)
    } else {
        Err(Violation::grouped(found))
    }
}

fn role(name: Option<&str>, context: &Context, found: &mut Vec<Violation>) -> Role {
    let Some(name) = name else { return context.role.clone() };
    Role::new(name).unwrap_or_else(|error| {
        found.push(Violation::new("/role", error.to_string()));
        context.role.clone()
    })
}

/// No program is left to the domain's rule; two are refused here, for the domain has no place for them.
fn program(app: &App, found: &mut Vec<Violation>) -> Option<Program> {
    let args = app.args.clone().filter(|args| !args.is_empty());
    match (app.cmd.clone(), args) {
        (Some(cmd), args) => {
            if args.is_some() {
                let error = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";
                found.push(Violation::new("/", error));
            }
            Some(Program::Shell(cmd))
        }
        (None, args) => args.map(Program::Args),
    }
}

fn amounts(app: &App, spec: &mut AppSpec, found: &mut Vec<Violation>) {
    let mut read = |path: &str, units: Option<f64>, into: &mut Scalar| match units.map(Scalar::from_f64) {
        Some(Ok(amount)) => *into = amount,
        Some(Err(error)) => found.push(Violation::new(path, error.to_string())),
        None => {}
    };
    read("/cpus", app.cpus, &mut spec.cpus);
    read("/mem", app.mem, &mut spec.mem);
    read("/disk", app.disk, &mut spec.disk);
    read("/gpus", app.gpus.map(f64::from), &mut spec.gpus);
}

fn placement(app: &App, spec: &mut AppSpec, found: &mut Vec<Violation>) {
    for (i, parts) in app.constraints.iter().flatten().enumerate() {
        match Constraint::parse(parts) {
            Ok(constraint) if spec.constraints.contains(&constraint) => {}
            Ok(constraint) => spec.constraints.push(constraint),
            Err(error) => found.push(Violation::new(format!("/constraints({i})"), error)),
        }
    }
    let Some(roles) = &app.accepted_resource_roles else {
        return;
    };
    if roles.is_empty() {
        found.push(Violation::new("/acceptedResourceRoles", "must not be empty"));
    }
    for (i, name) in roles.iter().enumerate() {
        match Role::new(name) {
            Ok(role) => {
                spec.accepted_resource_roles.insert(role);
            }
            Err(error) => found.push(Violation::new(
                format!("/acceptedResourceRoles({i})"),
                error.to_string(),
            )),
        }
    }
}

fn limits(app: &App, spec: &mut AppSpec, found: &mut Vec<Violation>) {
    let mut amount = |path: &str, units: f64| {
        let read = Scalar::from_f64(units);
        read.map_err(|error| found.push(Violation::new(path, error.to_string())))
            .ok()
    };
    let mut limit = |path: &str, limit: Option<Limit>| match limit?.0 {
        None => Some(DomainLimit::Unlimited),
        Some(units) => amount(path, units).map(DomainLimit::Amount),
    };
    spec.resource_limits = app.resource_limits.as_ref().map(|limits| ResourceLimits {
        cpus: limit("/resourceLimits/cpus", limits.cpus),
        mem: limit("/resourceLimits/mem", limits.mem),
    });
    let default = ExecutorResources::default();
    spec.executor_resources = app.executor_resources.as_ref().map(|json| {
        let mut read = |name: &str, units: Option<f64>| {
            units.and_then(|units| amount(&format!("/executorResources/{name}"), units))
        };
        ExecutorResources {
            cpus: read("cpus", json.cpus).unwrap_or(default.cpus),
            mem: read("mem", json.mem).unwrap_or(default.mem),
            disk: read("disk", json.disk).unwrap_or(default.disk),
        }
    });
}

/// The fields that need no thought beyond their defaults.
fn rest(app: App, spec: &mut AppSpec, found: &mut Vec<Violation>) {
    let default = Backoff::default();
    spec.user = app.user;
    spec.env = app
        .env
        .unwrap_or_default()
        .into_iter()
        .map(|(name, var)| (name, var.0))
        .collect();
    spec.instances = app.instances.unwrap_or(1);
    spec.executor = app.executor.unwrap_or_default();
    spec.fetch = app.fetch.unwrap_or_default().into_iter().map(fetch).collect();
    spec.ports = app
        .port_definitions
        .unwrap_or_default()
        .into_iter()
        .map(network::definition)
        .collect();
    spec.require_ports = app.require_ports.unwrap_or(false);
    spec.backoff = Backoff {
        seconds: app.backoff_seconds.unwrap_or(default.seconds),
        factor: app.backoff_factor.unwrap_or(default.factor),
        max_seconds: app.max_launch_delay_seconds.unwrap_or(default.max_seconds),
    };
    spec.container = app.container.map(|json| container::container(json, found));
    for (i, json) in app.health_checks.unwrap_or_default().into_iter().enumerate() {
        let check = health::health(json, &format!("/healthChecks({i})"), found);
        if !spec.health_checks.contains(&check) {
            spec.health_checks.push(check);
        }
    }
    spec.check = app.check.and_then(|json| health::check(json, found));
    spec.readiness_checks = app
        .readiness_checks
        .unwrap_or_default()
        .into_iter()
        .map(health::readiness)
        .collect();
    spec.kill_grace_seconds = app.task_kill_grace_period_seconds;
    spec.dependencies = app
        .dependencies
        .unwrap_or_default()
        .into_iter()
        .map(AppId::from)
        .collect();
    spec.labels = app.labels.unwrap_or_default();
    spec.secrets = app
        .secrets
        .unwrap_or_default()
        .into_iter()
        .map(|(k, v)| (k, v.source))
        .collect();
    spec.kill_selection = app.kill_selection.map_or_else(Default::default, |word| word.0);
    spec.tty = app.tty;
    let resident = spec.is_resident();
    spec.unreachable = match app.unreachable_strategy {
        Some(strategy) => strategy.0,
        None => Some(Default::default()).filter(|_| !resident),
    };
    spec.upgrade = match app.upgrade_strategy {
        Some(strategy) => UpgradeStrategy {
            minimum_health_capacity: strategy.minimum_health_capacity,
            maximum_over_capacity: strategy.maximum_over_capacity,
        },
        None if resident || spec.has_external_volumes() => UpgradeStrategy::RESIDENT,
        None => UpgradeStrategy::default(),
    };
}

fn fetch(json: Artifact) -> Fetch {
    Fetch {
        uri: json.uri,
        extract: json.extract.unwrap_or(true),
        executable: json.executable.unwrap_or(false),
        cache: json.cache.unwrap_or(false),
        dest_path: json.dest_path,
    }
}
