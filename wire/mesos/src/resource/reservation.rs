use base_ids::Principal;
use model_resources::{Reservation, ReservationKind, Role};

use super::{Format, Problem, labels_from_wire, labels_to_wire};
use crate::v1;
use crate::v1::resource::ReservationInfo;
use crate::v1::resource::reservation_info::Type;

/// Writes a stack of reservations; `None` when the format cannot tell it.
pub(super) fn to_wire(stack: &[Reservation], format: Format, wire: &mut v1::Resource) -> Option<()> {
    if format != Format::PostRefinement {
        match stack {
            [] => wire.role = Some("*".to_owned()),
            [only] => {
                wire.role = Some(only.role.to_string());
                wire.reservation = only.is_dynamic().then(|| ReservationInfo {
                    r#type: None,
                    role: None,
                    ..info(only)
                });
            }
            _ if format == Format::PreRefinement => return None,
            _ => {}
        }
    }
    if format != Format::PreRefinement {
        wire.reservations = stack.iter().map(info).collect();
    }
    Some(())
}

/// Reads the reservations of a resource in any format.
pub(super) fn from_wire(wire: &v1::Resource) -> Result<Vec<Reservation>, Problem> {
    if wire.reservations.is_empty() {
        return Ok(old(wire)?.into_iter().collect());
    }
    let stack: Vec<_> = wire.reservations.iter().map(stacked).collect::<Result<_, _>>()?;
    agrees(wire, &stack)?;
    Ok(stack)
}

fn info(reservation: &Reservation) -> ReservationInfo {
    let kind = match reservation.kind {
        ReservationKind::Static => Type::Static,
        ReservationKind::Dynamic => Type::Dynamic,
    };
    ReservationInfo {
        r#type: Some(kind.into()),
        role: Some(reservation.role.to_string()),
        principal: reservation.principal.as_ref().map(Principal::to_string),
        labels: labels_to_wire(&reservation.labels),
    }
}

/// `role` and `reservation`, as before reservations could be stacked.
fn old(wire: &v1::Resource) -> Result<Option<Reservation>, Problem> {
    let role = wire.role.as_deref().map_or_else(|| Ok(Role::any()), Role::new)?;
    let Some(info) = &wire.reservation else {
        return Ok((!role.is_any()).then(|| Reservation::fixed(role)));
    };
    if info.r#type.is_some() || info.role.is_some() {
        return Err(invalid(
            "'type' and 'role' must not be set in 'reservation', only in 'reservations'",
        ));
    }
    if role.is_any() {
        return Err(invalid("role \"*\" cannot be dynamically reserved"));
    }
    Ok(Some(reservation(ReservationKind::Dynamic, role, info)))
}

fn stacked(info: &ReservationInfo) -> Result<Reservation, Problem> {
    let kind = match info.r#type.map(Type::try_from) {
        Some(Ok(Type::Static)) => ReservationKind::Static,
        Some(Ok(Type::Dynamic)) => ReservationKind::Dynamic,
        _ => return Err(invalid("'type' must be STATIC or DYNAMIC")),
    };
    let role = Role::new(info.role.as_deref().ok_or_else(|| invalid("'role' must be set"))?)?;
    Ok(reservation(kind, role, info))
}

fn reservation(kind: ReservationKind, role: Role, info: &ReservationInfo) -> Reservation {
    Reservation {
        kind,
        role,
        principal: info.principal.as_deref().map(Principal::new),
        labels: labels_from_wire(info.labels.as_ref()),
    }
}

/// The older fields may be there too, but must say the same.
fn agrees(wire: &v1::Resource, stack: &[Reservation]) -> Result<(), Problem> {
    if wire.role.is_none() && wire.reservation.is_none() {
        return Ok(());
    }
    match stack {
        [only] if old(wire)?.as_ref() == Some(only) => Ok(()),
        [_] => Err(invalid(
            "'role' and 'reservation' differ from the one in 'reservations'",
        )),
        _ => Err(invalid(
            "'role' and 'reservation' must not be set when 'reservations' has more than one",
        )),
    }
}

fn invalid(problem: &'static str) -> Problem {
    Problem::Reservation(problem)
}
