use std::net::IpAddr;

use core_apps::{App, Condition, Instance};
use model_app::AppSpec;
use wire_marathon::{HealthResult, Task, TaskAddress};

/// The task of an instance; `None` while it has no place.
pub(crate) fn task(app: &App, instance: &Instance) -> Option<Task> {
    let place = instance.place.as_ref()?;
    let state = instance.condition.task_state()?;
    let spec = app.version(instance.version).unwrap_or_else(|| app.spec());
    Some(Task {
        app_id: instance.app.to_string(),
        health_check_results: health(spec, instance),
        check_result: None,
        host: place.hostname.clone(),
        id: instance.task_id().to_string(),
        ip_addresses: vec![address(place.ip)],
        ports: place.ports.clone(),
        service_ports: app.spec().service_ports(),
        slave_id: Some(place.agent_id.to_string()),
        state: state.to_owned(),
        staged_at: instance.staged_at,
        started_at: instance.started_at,
        version: Some(instance.version),
        local_volumes: Vec::new(),
        region: place.domain.as_ref().map(|domain| domain.region.clone()),
        zone: place.domain.as_ref().map(|domain| domain.zone.clone()),
        role: spec.role.to_string(),
    })
}

/// What the health check says; nothing while it has said nothing.
fn health(spec: &AppSpec, instance: &Instance) -> Vec<HealthResult> {
    let known = instance
        .health
        .filter(|_| instance.is_healthy().is_some() && !spec.health_checks.is_empty());
    let result = known.map(|health| {
        let (good, bad) = if health.healthy {
            (Some(health.since), None)
        } else {
            (None, Some(health.since))
        };
        HealthResult {
            alive: health.healthy,
            consecutive_failures: u32::from(!health.healthy),
            first_success: good,
            instance_id: instance.id(),
            last_success: good,
            last_failure: bad,
            last_failure_cause: None,
        }
    });
    result.into_iter().collect()
}

/// An address as Marathon writes it.
pub(crate) fn address(ip: IpAddr) -> TaskAddress {
    let protocol = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
    TaskAddress {
        ip_address: ip.to_string(),
        protocol,
    }
}

/// A condition in Marathon's words.
pub(crate) fn condition(condition: Condition) -> wire_marathon::Condition {
    match condition {
        Condition::Scheduled => wire_marathon::Condition::Scheduled,
        Condition::Provisioned => wire_marathon::Condition::Provisioned,
        Condition::Staging => wire_marathon::Condition::Staging,
        Condition::Starting => wire_marathon::Condition::Starting,
        Condition::Running => wire_marathon::Condition::Running,
        Condition::Unreachable => wire_marathon::Condition::Unreachable,
        Condition::UnreachableInactive => wire_marathon::Condition::UnreachableInactive,
        Condition::Killing => wire_marathon::Condition::Killing,
    }
}
