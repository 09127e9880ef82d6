use minicbor::{Decode, Encode};
use model_resources::{Resources, Role};

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
    /// The version at which each persistent volume was created, by role and id: a volume that was destroyed and created
    /// again is another one.
    #[n(2)]
    pub born: Vec<Birth>,
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

impl Holdings {
    /// The version at which a volume was created, if it is there.
    pub fn born(&self, role: &Role, id: &str) -> Option<u64> {
        let birth = self.born.iter().find(|birth| birth.id == id && birth.role == *role);
        birth.map(|birth| birth.version)
    }

    /// The next holdings, with these resources.
    #[must_use]
    pub fn next(&self, resources: Resources) -> Self {
        let version = self.version + 1;
        let volumes = resources
            .iter()
            .filter_map(|r| Some((r.reserved_role()?, r.persistence_id()?)));
        let mut born: Vec<Birth> = volumes
            .map(|(role, id)| Birth {
                role: role.clone(),
                id: id.to_owned(),
                version: self.born(role, id).unwrap_or(version),
            })
            .collect();
        born.sort();
        Self {
            version,
            resources,
            born,
        }
    }
}
