use minicbor::{Decode, Encode};
use model_resources::{Resource, Resources, Role};
use wire_link::{Birth, Failure, Holdings, Unmade};

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

/// A persistent volume that is not among those held any more and may still have its data.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Leftover {
    /// Which volume it was.
    #[n(0)]
    pub birth: Birth,
    /// The whole resource.
    #[n(1)]
    pub resource: Resource,
    /// Its data is not in its place any more, but in that of orphans: another volume has the place.
    #[n(2)]
    pub aside: bool,
    /// It was never said to be there: whatever is in its place is not of it.
    #[n(3)]
    pub fresh: bool,
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

    /// Whether another volume has the same directory.
    pub fn shares_place_with(self, other: Volume<'_>) -> bool {
        let source = |volume: Volume<'_>| volume.resource.disk().and_then(|disk| disk.source.clone());
        self.role == other.role && self.id == other.id && source(self) == source(other)
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

    /// When a volume among the holdings was created, unless its directory was there before: its place must be empty then.
    pub fn birth_of_new(&self, volume: Volume<'_>) -> Option<&Birth> {
        let birth = self.holdings.born(volume.role, volume.id)?;
        (!self.had.contains(birth)).then_some(birth)
    }

    /// The reservations, and the volumes that have their directories.
    pub fn made(&self) -> Resources {
        let all = self.holdings.resources.iter();
        let made = all.filter(|r| Volume::of(r).is_none_or(|volume| self.birth_of_new(volume).is_none()));
        made.cloned().collect()
    }

    /// The volumes that the master destroyed and that may still have their data; one may have been created again under the
    /// same name.
    pub fn wiped(&self) -> &[Leftover] {
        &self.wiped
    }

    /// The volumes that the master does not know any more and has not destroyed: its journal has lost them. Their data is
    /// kept until the master destroys them, or wants them back, or a person removes it.
    pub fn orphans(&self) -> &[Leftover] {
        &self.orphans
    }

    /// What the master may be told that this agent holds: nothing while directories are being made.
    pub fn held(&self) -> Option<&Holdings> {
        (self.made == self.holdings.version).then_some(&self.holdings)
    }

    /// What the master is told if not all of it can be made.
    pub fn unmade(&self) -> Option<Unmade> {
        (!self.failed.is_empty()).then(|| Unmade {
            holdings: self.holdings.clone(),
            failures: self.failed.clone(),
        })
    }

    /// Has other holdings. What is in them no more is wiped if they say that it was destroyed, and else kept.
    pub(crate) fn take_holdings(&mut self, next: &Holdings) {
        let held: Vec<Leftover> = self.volumes().filter_map(|volume| self.leftover(volume)).collect();
        let wiped = std::mem::take(&mut self.wiped);
        let orphans = std::mem::take(&mut self.orphans);
        for leftover in wiped.into_iter().chain(orphans).chain(held) {
            if next.has_destroyed(&leftover.birth) {
                self.wiped.push(leftover);
            } else if !next.born.contains(&leftover.birth) && !leftover.fresh {
                self.orphans.push(leftover);
            }
        }
        self.failed.clear();
        self.holdings = next.clone();
    }

    /// All directories are as they are to be, but for what failed.
    pub(crate) fn make_holdings(&mut self, failures: &[Failure]) {
        let failed = |volume: Volume<'_>| {
            let birth = self.holdings.born(volume.role, volume.id);
            failures.iter().any(|failure| Some(&failure.birth) == birth)
        };
        let made = self.holdings.resources.iter().filter_map(Volume::of);
        let made: Vec<Volume<'_>> = made.filter(|volume| !failed(*volume)).collect();
        for orphan in &mut self.orphans {
            let place = Volume::of(&orphan.resource);
            orphan.aside |= place.is_some_and(|place| made.iter().any(|volume| volume.shares_place_with(place)));
        }
        self.failed = failures.to_vec();
        if failures.is_empty() {
            self.made = self.holdings.version;
            self.wiped.clear();
            let orphans = self.orphans.iter().map(|orphan| orphan.birth.clone());
            self.had = self.holdings.born.iter().cloned().chain(orphans).collect();
        }
    }

    fn leftover(&self, volume: Volume<'_>) -> Option<Leftover> {
        Some(Leftover {
            birth: self.holdings.born(volume.role, volume.id)?.clone(),
            resource: volume.resource.clone(),
            aside: false,
            fresh: self.birth_of_new(volume).is_some(),
        })
    }
}
