use model_cluster::Quota;
use model_resources::{Name, Quantities, Resources, Role};

use crate::{
    resource::{quantities_from_wire, quantities_to_wire},
    v1::{
        self,
        quota::{QuotaConfig, QuotaInfo, QuotaRequest},
        value,
    },
};

/// A role's quota as `UPDATE_QUOTA` has it.
///
/// # Errors
/// Which part cannot be, in a sentence.
pub fn quota_from_wire(wire: &QuotaConfig) -> Result<(Role, Quota), String> {
    let role = Role::new(&wire.role).map_err(|error| format!("Invalid 'QuotaConfig.role': {error}"))?;
    let guarantees =
        quantities_from_wire(&wire.guarantees).map_err(|error| format!("Invalid 'QuotaConfig.guarantees': {error}"))?;
    // Unlike amounts, limits of zero count.
    let limits =
        quantities_from_wire(&wire.limits).map_err(|error| format!("Invalid 'QuotaConfig.limits': {error}"))?;
    let limit = |name: &String| {
        let name = Name::new(name);
        let amount = limits.get(&name);
        (name, amount)
    };
    let limits = wire.limits.keys().map(limit).collect();
    Ok((role, Quota { guarantees, limits }))
}

/// The role and guarantee of the older `QuotaRequest`, and whether it is forced.
///
/// # Errors
/// Which part cannot be, in Mesos' words.
pub fn quota_request_from_wire(wire: &QuotaRequest) -> Result<(Role, Quantities, bool), String> {
    let role = wire.role.as_deref().ok_or("QuotaInfo must specify a role")?;
    let role = Role::new(role).map_err(|error| format!("QuotaInfo with invalid role: {error}"))?;
    let mut guarantee = Quantities::new();
    for resource in &wire.guarantee {
        let name = Name::new(&resource.name);
        let scalar = resource
            .scalar
            .as_ref()
            .filter(|_| resource.r#type() == value::Type::Scalar);
        let scalar = scalar.ok_or("QuotaInfo must not include non-scalar resources")?;
        if !resource.reservations.is_empty() || resource.reservation.is_some() {
            return Err("QuotaInfo must not contain any ReservationInfo".to_owned());
        }
        if resource.disk.is_some() {
            return Err("QuotaInfo must not contain DiskInfo".to_owned());
        }
        if resource.revocable.is_some() {
            return Err("QuotaInfo must not contain RevocableInfo".to_owned());
        }
        if !guarantee.get(&name).is_empty() {
            return Err(format!("QuotaInfo contains duplicate resource name '{name}'"));
        }
        let amount = [(resource.name.clone(), *scalar)].into();
        let amount =
            quantities_from_wire(&amount).map_err(|error| format!("QuotaInfo with invalid resource: {error}"))?;
        guarantee += &amount;
    }
    Ok((role, guarantee, wire.force()))
}

/// A role's quota in the older and in the newer form.
pub fn quota_to_wire(role: &Role, quota: &Quota) -> (QuotaInfo, QuotaConfig) {
    let limit = |(name, amount): (&Name, &model_resources::Scalar)| {
        let value = amount.to_f64();
        (name.to_string(), v1::value::Scalar { value })
    };
    let config = QuotaConfig {
        role: role.to_string(),
        guarantees: quantities_to_wire(&quota.guarantees),
        limits: quota.limits.iter().map(limit).collect(),
    };
    let guarantee = Resources::from(&quota.guarantees);
    let info = QuotaInfo {
        role: Some(role.to_string()),
        principal: None,
        guarantee: crate::resource::all_to_wire(&guarantee, crate::resource::Format::PreRefinement),
    };
    (info, config)
}
