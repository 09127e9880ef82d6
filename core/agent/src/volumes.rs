use model_resources::{Resource, Role};
use wire_link::Holdings;

use crate::Agent;

/// A persistent volume on this agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume<'a> {
    /// The role that its disk is reserved for.
    pub role: &'a Role,
    /// Its id, unique within the role.
    pub id: &'a str,
    /// The whole resource.
    pub resource: &'a Resource,
}

impl<'a> Volume<'a> {
    /// A resource as a volume, if it is one.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        Some(Self {
            role: resource.reserved_role()?,
            id: resource.persistence_id()?,
            resource,
        })
    }
}

impl Agent {
    /// The reservations and volumes that the master wants here.
    pub fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    /// The volumes that must have a directory.
    pub fn volumes(&self) -> impl Iterator<Item = Volume<'_>> {
        self.holdings.resources.iter().filter_map(Volume::of)
    }

    /// The volumes that are destroyed and may still have their data; one may have been created again under the same name.
    pub fn wiped(&self) -> impl Iterator<Item = Volume<'_>> {
        self.wiped.iter().filter_map(Volume::of)
    }

    /// What the master may be told that this agent holds: nothing while directories are being made.
    pub fn held(&self) -> Option<&Holdings> {
        (self.made == self.holdings.version).then_some(&self.holdings)
    }

    /// The volumes of `self` that are not in `next`, or are others there.
    pub(crate) fn gone_with(&self, next: &Holdings) -> Vec<Resource> {
        let gone = self
            .volumes()
            .filter(|volume| next.born(volume.role, volume.id) != self.holdings.born(volume.role, volume.id));
        gone.map(|volume| volume.resource.clone()).collect()
    }
}
