use base_ids::{FrameworkId, Principal};
use model_cluster::{Capability, FrameworkSpec};
use model_resources::Role;

use super::{demands, labels_from, labels_to, views};
use crate::v1::{self, framework_info::capability::Type, scheduler::OfferConstraints};

const CAPABILITIES: [(Type, Capability); 8] = [
    (Type::RevocableResources, Capability::RevocableResources),
    (Type::TaskKillingState, Capability::TaskKillingState),
    (Type::GpuResources, Capability::GpuResources),
    (Type::SharedResources, Capability::SharedResources),
    (Type::PartitionAware, Capability::PartitionAware),
    (Type::MultiRole, Capability::MultiRole),
    (Type::ReservationRefinement, Capability::ReservationRefinement),
    (Type::RegionAware, Capability::RegionAware),
];

/// A framework as it describes itself in SUBSCRIBE and UPDATE_FRAMEWORK, with the roles for which it wants no offers and
/// the agents of which it wants to hear. With MULTI_ROLE its roles are `roles`, else the one `role` (`*` if not given).
///
/// # Errors
/// Which part cannot be, in a sentence.
pub fn framework_from_wire(
    wire: &v1::FrameworkInfo,
    suppressed: &[String],
    constraints: Option<&OfferConstraints>,
) -> Result<FrameworkSpec, String> {
    let capabilities: Vec<Capability> = wire.capabilities.iter().filter_map(capability).collect();
    let multi_role = capabilities.contains(&Capability::MultiRole);
    if multi_role && wire.role.is_some() {
        return Err("'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable".to_owned());
    }
    if !multi_role && !wire.roles.is_empty() {
        return Err("'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable".to_owned());
    }
    let single = [wire.role.clone().unwrap_or_else(|| "*".to_owned())];
    let timeout = wire.failover_timeout();
    if !timeout.is_finite() || timeout < 0.0 || timeout > i64::MAX as f64 / 1e9 {
        return Err(format!(
            "'FrameworkInfo.failover_timeout' of {timeout} seconds is not a duration"
        ));
    }
    Ok(FrameworkSpec {
        name: wire.name.clone(),
        user: wire.user.clone(),
        roles: roles(if multi_role { &wire.roles } else { &single })?,
        suppressed: roles(suppressed)?,
        capabilities,
        failover_timeout_ms: (timeout * 1000.0) as u64,
        checkpoint: wire.checkpoint(),
        hostname: wire.hostname.clone(),
        principal: wire.principal.as_deref().map(Principal::from),
        webui_url: wire.webui_url.clone(),
        labels: labels_from(wire.labels.as_ref()),
        multi_role,
        minimums: demands::minimums(&wire.offer_filters)?,
        constraints: constraints.map_or_else(|| Ok(Default::default()), demands::constraints)?,
    })
}

fn capability(wire: &v1::framework_info::Capability) -> Option<Capability> {
    CAPABILITIES
        .iter()
        .find(|(number, _)| *number == wire.r#type())
        .map(|(_, known)| *known)
}

fn roles(names: &[String]) -> Result<Vec<Role>, String> {
    let role = |name: &String| Role::new(name.as_str()).map_err(|error| format!("role '{name}' is invalid: {error}"));
    names.iter().map(role).collect()
}

/// A framework as the master shows it.
pub fn framework_to_wire(id: &FrameworkId, spec: &FrameworkSpec) -> v1::FrameworkInfo {
    let names: Vec<String> = spec.roles.iter().map(ToString::to_string).collect();
    let capability = |known: &Capability| {
        let number = CAPABILITIES
            .iter()
            .find(|(_, k)| k == known)
            .map(|(number, _)| *number as i32);
        v1::framework_info::Capability { r#type: number }
    };
    v1::FrameworkInfo {
        user: spec.user.clone(),
        name: spec.name.clone(),
        id: Some(v1::FrameworkId { value: id.to_string() }),
        failover_timeout: Some(spec.failover_timeout_ms as f64 / 1000.0),
        checkpoint: Some(spec.checkpoint),
        role: if spec.multi_role { None } else { names.first().cloned() },
        roles: if spec.multi_role { names } else { Vec::new() },
        hostname: spec.hostname.clone(),
        principal: spec.principal.as_ref().map(ToString::to_string),
        webui_url: spec.webui_url.clone(),
        capabilities: spec.capabilities.iter().map(capability).collect(),
        labels: labels_to(views(&spec.labels)),
        offer_filters: demands::minimums_to_wire(&spec.minimums),
    }
}
