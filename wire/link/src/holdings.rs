use minicbor::{Decode, Encode};
use model_resources::{Resource, Resources, Role};

/// What was made of an agent's resources at run time: its dynamic reservations and persistent volumes, whole. The master
/// decides, the agent keeps a copy and has the volumes' directories accordingly.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Holdings {
    /// Counts the changes; an agent takes only a later one than it has.
    #[n(0)]
    pub version: u64,
    /// The resources with a dynamic reservation or a volume.
    #[n(1)]
    pub resources: Resources,
    /// The birth of each persistent volume: one that was destroyed and created again is another one.
    #[n(2)]
    pub born: Vec<Birth>,
    /// The volumes that were destroyed and that the agent may still have: it wipes these and nothing else. A volume that is
    /// in neither list is one that the master has forgotten, or never knew: its data is kept.
    #[cbor(n(3), default)]
    pub destroyed: Vec<Death>,
    /// The leadership that made this version: two journals with a common past count the same versions differently.
    #[cbor(n(4), default)]
    pub leadership: u64,
}

/// When a persistent volume was created.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Birth {
    /// The role that it is reserved for.
    #[n(0)]
    pub role: Role,
    /// Its persistence id, unique within the role.
    #[n(1)]
    pub id: String,
    /// The version of the holdings.
    #[n(2)]
    pub version: u64,
    /// The leadership that created it: no other one gives the same version.
    #[cbor(n(3), default)]
    pub leadership: u64,
}

/// When a persistent volume was destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Death {
    /// Which volume.
    #[n(0)]
    pub birth: Birth,
    /// The version of the holdings that has it no more: whoever has that version has wiped it.
    #[n(1)]
    pub version: u64,
}

/// The order to have these holdings. Repeated until the agent says that it has them.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Hold {
    /// The leadership that gives the order: an older one than the agent has seen is refused.
    #[n(0)]
    pub epoch: u64,
    /// How far the cluster's journal was when the order left.
    #[n(1)]
    pub index: u64,
    /// What to have.
    #[n(2)]
    pub holdings: Holdings,
}

/// Holdings that an agent can't have. Repeated until it is ordered to have others.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Unmade {
    /// What it was to have.
    #[n(0)]
    pub holdings: Holdings,
    /// What of it can't be done; the rest is.
    #[n(1)]
    pub failures: Vec<Failure>,
}

/// A volume that an agent could not create, or not wipe.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Failure {
    /// Which volume.
    #[n(0)]
    pub birth: Birth,
    /// The whole resource.
    #[n(1)]
    pub resource: Resource,
    /// For a person.
    #[n(2)]
    pub why: String,
}

impl Holdings {
    /// The birth of a volume, if it is there.
    pub fn born(&self, role: &Role, id: &str) -> Option<&Birth> {
        self.born.iter().find(|birth| birth.id == id && birth.role == *role)
    }

    /// Whether a volume was destroyed.
    pub fn has_destroyed(&self, birth: &Birth) -> bool {
        self.destroyed.iter().any(|death| death.birth == *birth)
    }

    /// Whether a volume is there or was destroyed.
    pub fn knows(&self, birth: &Birth) -> bool {
        self.born.contains(birth) || self.has_destroyed(birth)
    }

    /// Without what need not be wiped any more, as the agent has had this version.
    #[must_use]
    pub fn confirmed(mut self, version: u64) -> Self {
        self.destroyed.retain(|death| death.version > version);
        self
    }

    /// The next holdings, with these resources.
    #[must_use]
    pub fn next(&self, leadership: u64, resources: Resources) -> Self {
        self.following(self.version + 1, leadership, resources, &[])
    }

    /// Later holdings, with these resources. Volumes with a birth among `known` are those; others that are not here are new,
    /// and those that are missing are destroyed.
    #[must_use]
    pub fn following(&self, version: u64, leadership: u64, resources: Resources, known: &[Birth]) -> Self {
        let volumes = resources
            .iter()
            .filter_map(|r| Some((r.reserved_role()?, r.persistence_id()?)));
        let mut born: Vec<Birth> = volumes
            .map(|(role, id)| {
                let mut births = self.born.iter().chain(known);
                let birth = births.find(|birth| birth.id == id && birth.role == *role);
                birth.cloned().unwrap_or_else(|| Birth {
                    role: role.clone(),
                    id: id.to_owned(),
                    version,
                    leadership,
                })
            })
            .collect();
        born.sort();
        let before = self.destroyed.iter().filter(|death| !born.contains(&death.birth));
        let now = self.born.iter().filter(|birth| !born.contains(birth));
        let now = now.map(|birth| Death {
            birth: birth.clone(),
            version,
        });
        let destroyed = before.cloned().chain(now).collect();
        Self {
            version,
            resources,
            born,
            destroyed,
            leadership,
        }
    }
}
