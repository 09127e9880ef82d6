//! What frameworks make of the disk that they are offered: reservations and volumes, some of which are not there.

use base_ids::OfferId;
use core_master::{Command as Pool, Offer, OfferOperation};
use model_resources::{
    Disk, Mode, Name, Operation, Persistence, Reservation, Resource, Resources, Role, Scalar, Volume,
};
use rand::Rng;

use crate::world::World;

/// How much disk a reservation or a volume has, in MiB.
const SPACE: u32 = 64;

impl World {
    /// An answer to an offer: one operation, or two that belong together.
    pub(crate) fn store(&mut self, offer: &Offer) -> Option<Pool> {
        if !self.chance(30) {
            return None;
        }
        let role = &offer.role;
        let volumes = offer.resources.filter(Resource::is_persistent_volume);
        let reserved = offer
            .resources
            .filter(|resource| resource.reserved_role() == Some(role) && !resource.is_persistent_volume());
        let number = self.rng.random_range(0..1_000_000);
        let operations = match self.rng.random_range(0..8) {
            0..2 => vec![reserve(role)],
            2 => vec![reserve(role), create(role, number)],
            3 if !reserved.is_empty() => vec![create(role, number)],
            4 if !reserved.is_empty() => vec![Operation::Unreserve { resources: reserved }],
            5..7 if !volumes.is_empty() => vec![Operation::Destroy { volumes }],
            // Of what is not there.
            _ => vec![Operation::Destroy {
                volumes: volume(role, number).into(),
            }],
        };
        let convert = |operation| OfferOperation::Convert {
            operation_id: None,
            operation,
        };
        let offer_ids: Vec<OfferId> = vec![offer.offer_id.clone()];
        Some(Pool::Accept {
            framework_id: offer.framework_id.clone(),
            offer_ids,
            operations: operations.into_iter().map(convert).collect(),
            refuse: None,
        })
    }
}

fn space(role: &Role) -> Resource {
    Resource::new(Name::Disk, Scalar::from_units(SPACE)).with_reservation(Reservation::dynamic(role.clone(), None))
}

fn reserve(role: &Role) -> Operation {
    Operation::Reserve {
        source: Resources::new(),
        resources: space(role).into(),
    }
}

fn create(role: &Role, number: u32) -> Operation {
    Operation::Create {
        volumes: volume(role, number).into(),
    }
}

fn volume(role: &Role, number: u32) -> Resource {
    space(role).with_disk(Disk {
        persistence: Some(Persistence {
            id: format!("v{number}"),
            principal: None,
        }),
        volume: Some(Volume {
            mode: Mode::ReadWrite,
            container_path: "data".into(),
            host_path: None,
        }),
        source: None,
    })
}
