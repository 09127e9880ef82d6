//! Between wire resources and the algebra of [`model_resources`].
//!
//! A reservation is written in one of three ways. Before Mesos 1.4 a resource had one `role` and perhaps a
//! `reservation`; since then it has a stack of `reservations`. Frameworks without the capability
//! RESERVATION_REFINEMENT still get the old way, and operator endpoints get both at once. All three are read.
//!
//! Source: `src/common/resources.cpp` and `resources_utils.cpp`, Mesos 1.11.

mod amount;
mod attribute;
mod disk;
mod error;
mod labels;
mod reservation;

use model_resources::{Resource, Resources, Role};

use crate::v1;
use crate::v1::resource::{AllocationInfo, RevocableInfo, SharedInfo};

pub use amount::{quantities_from_wire, quantities_to_wire};
pub use attribute::{attributes_from_wire, attributes_to_wire};
pub use error::{Problem, ResourceError};
pub use labels::{labels_from_wire, labels_to_wire};

/// How reservations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `role` and `reservation`, for frameworks without RESERVATION_REFINEMENT. Cannot tell stacked reservations.
    PreRefinement,
    /// The stack `reservations`, for frameworks with RESERVATION_REFINEMENT.
    PostRefinement,
    /// The stack, and `role` and `reservation` too where one reservation or none is there: for operators.
    Endpoint,
}

/// `resource` on the wire, or `None` when it has stacked reservations and `format` cannot tell them.
///
/// The use count of a shared resource is not told: it is as many messages (see [`all_to_wire`]).
pub fn to_wire(resource: &Resource, format: Format) -> Option<v1::Resource> {
    let detail = resource.detail();
    let mut wire = v1::Resource {
        provider_id: detail.provider_id.clone().map(|value| v1::ResourceProviderId { value }),
        name: resource.name.to_string(),
        allocation_info: resource.allocation_role.as_ref().map(allocation_to_wire),
        disk: detail.disk.as_ref().map(disk::to_wire),
        revocable: detail.revocable.then_some(RevocableInfo {}),
        shared: (detail.shared > 0).then_some(SharedInfo {}),
        ..v1::Resource::default()
    };
    amount::to_wire(&resource.value, &mut wire);
    reservation::to_wire(&detail.reservations, format, &mut wire)?;
    Some(wire)
}

/// All of `resources` on the wire, a shared one as often as it is used. With [`Format::PreRefinement`] those with
/// stacked reservations are left out: a framework that cannot read them must not be offered them.
pub fn all_to_wire(resources: &Resources, format: Format) -> Vec<v1::Resource> {
    resources
        .iter()
        .filter_map(|resource| to_wire(resource, format).map(|wire| (wire, resource.shared_count().max(1))))
        .flat_map(|(wire, count)| std::iter::repeat_n(wire, count as usize))
        .collect()
}

/// Reads and adds up resources in any format.
///
/// # Errors
/// At the first that is none, with its place in the list and its name.
pub fn all_from_wire(wire: &[v1::Resource]) -> Result<Resources, ResourceError> {
    let mut resources = Resources::new();
    for (index, wire) in wire.iter().enumerate() {
        let resource = Resource::try_from(wire).map_err(|problem| ResourceError {
            index,
            name: wire.name.clone(),
            problem,
        })?;
        resources += resource;
    }
    Ok(resources)
}

impl TryFrom<&v1::Resource> for Resource {
    type Error = Problem;

    /// Reads a resource in any format, and checks that it makes sense ([`Resource::validate`]).
    fn try_from(wire: &v1::Resource) -> Result<Self, Problem> {
        let allocation = wire.allocation_info.as_ref().and_then(|info| info.role.as_deref());
        let resource = Resource::new(wire.name.as_str(), amount::from_wire(wire)?)
            .with_allocation(allocation.map(Role::new).transpose()?)
            .with_provider(wire.provider_id.as_ref().map(|id| id.value.clone()))
            .with_disk(wire.disk.as_ref().map(disk::from_wire).transpose()?)
            .with_revocable(wire.revocable.is_some())
            .with_shared(wire.shared.is_some());
        let resource = reservation::from_wire(wire)?
            .into_iter()
            .fold(resource, Resource::with_reservation);
        resource.validate()?;
        Ok(resource)
    }
}

fn allocation_to_wire(role: &Role) -> AllocationInfo {
    AllocationInfo {
        role: Some(role.to_string()),
    }
}
