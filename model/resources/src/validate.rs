//! Which resources make sense: the rules of Mesos' `Resources::validate` and of its master's `resource::validate`.
use std::collections::BTreeMap;

use crate::{Disk, Name, Resource, Resources, Role, SourceKind, Value};

/// A resource that makes no sense, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("resource '{resource}' is invalid: {flaw}")]
pub struct Invalid {
    /// The resource as text.
    pub resource: String,
    pub flaw: Flaw,
}

/// What is wrong with a resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("its name is empty")]
    EmptyName,
    #[error("its amount is negative")]
    Negative,
    #[error("gpus must be a whole number")]
    FractionalGpus,
    #[error("only 'disk' may have a disk")]
    DiskOnOther,
    #[error("its disk has neither source nor volume")]
    EmptyDisk,
    #[error("a {0} disk has no root")]
    RootOnDevice(&'static str),
    #[error("role * cannot be reserved")]
    ReservedForAny,
    #[error("a refining reservation, for {0}, cannot be STATIC")]
    StaticRefinement(Role),
    #[error("role {role} does not refine {of}")]
    NotARefinement { role: Role, of: Role },
    #[error("it is not reserved")]
    NotReserved,
    #[error("revocable resources cannot be dynamically reserved")]
    RevocableReserved,
    #[error("a persistent volume cannot be revocable")]
    RevocableVolume,
    #[error("a persistent volume needs a reservation")]
    UnreservedVolume,
    #[error("a persistent volume needs a volume with its container path")]
    NoVolume,
    #[error("a persistent volume has no host path")]
    HostPath,
    #[error("'{0}' is no persistence id: it must have 1 to 255 bytes, no slash, space or control character")]
    PersistenceId(String),
    #[error("a volume without persistence is not supported")]
    NotPersistent,
    #[error("only persistent volumes can be shared")]
    SharedOther,
    #[error("persistence id '{0}' is used twice")]
    PersistenceIdTwice(String),
    #[error("'{0}' occurs with two types")]
    TwoKinds(Name),
    #[error("'{0}' occurs both revocable and not")]
    RevocableAndNot(Name),
    #[error("an agent is not started with persistent volumes")]
    VolumeOnAgent,
    #[error("an agent is not started with revocable resources")]
    RevocableOnAgent,
    #[error("an agent is not started with dynamic reservations")]
    DynamicOnAgent,
}

impl Flaw {
    pub(crate) fn of(self, resource: &Resource) -> Invalid {
        Invalid {
            resource: resource.to_string(),
            flaw: self,
        }
    }
}

impl Resource {
    /// Checks one resource on its own.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.check_value()
            .and_then(|()| self.check_reservations())
            .and_then(|()| self.check_disk())
            .map_err(|flaw| flaw.of(self))
    }

    fn check_value(&self) -> Result<(), Flaw> {
        if self.name.as_str().is_empty() {
            return Err(Flaw::EmptyName);
        }
        match &self.value {
            Value::Scalar(s) if s.millis() < 0 => Err(Flaw::Negative),
            Value::Scalar(s) if self.name == Name::Gpus && s.millis() % 1000 != 0 => Err(Flaw::FractionalGpus),
            _ => Ok(()),
        }
    }

    fn check_reservations(&self) -> Result<(), Flaw> {
        let stack = &self.detail().reservations;
        if stack.iter().any(|r| r.role.is_any()) {
            return Err(Flaw::ReservedForAny);
        }
        for pair in stack.windows(2) {
            if !pair[1].is_dynamic() {
                return Err(Flaw::StaticRefinement(pair[1].role.clone()));
            }
            if !pair[0].role.is_ancestor_of(&pair[1].role) {
                return Err(Flaw::NotARefinement {
                    role: pair[1].role.clone(),
                    of: pair[0].role.clone(),
                });
            }
        }
        if self.is_revocable() && self.is_dynamically_reserved() {
            return Err(Flaw::RevocableReserved);
        }
        Ok(())
    }

    fn check_disk(&self) -> Result<(), Flaw> {
        if self.is_shared() && (self.name != Name::Disk || !self.is_persistent_volume()) {
            return Err(Flaw::SharedOther);
        }
        let Some(disk) = self.disk() else { return Ok(()) };
        if self.name != Name::Disk {
            return Err(Flaw::DiskOnOther);
        }
        if let Some(source) = &disk.source
            && matches!(source.kind, SourceKind::Block | SourceKind::Raw)
            && source.root.is_some()
        {
            return Err(Flaw::RootOnDevice(source.kind.as_str()));
        }
        self.check_volume(disk)
    }

    fn check_volume(&self, disk: &Disk) -> Result<(), Flaw> {
        let Some(persistence) = &disk.persistence else {
            return match (&disk.volume, &disk.source) {
                (Some(_), _) => Err(Flaw::NotPersistent),
                (None, None) => Err(Flaw::EmptyDisk),
                (None, Some(_)) => Ok(()),
            };
        };
        let volume = disk.volume.as_ref().ok_or(Flaw::NoVolume)?;
        if self.is_revocable() {
            return Err(Flaw::RevocableVolume);
        }
        if !self.is_reserved() {
            return Err(Flaw::UnreservedVolume);
        }
        if volume.host_path.is_some() {
            return Err(Flaw::HostPath);
        }
        if !is_id(&persistence.id) {
            return Err(Flaw::PersistenceId(persistence.id.clone()));
        }
        Ok(())
    }
}

/// Mesos' rule for ids that become directory names.
fn is_id(id: &str) -> bool {
    let bad = |c: char| c.is_control() || c.is_whitespace() || c == '/' || c == '\\';
    (1..=255).contains(&id.len()) && id != "." && id != ".." && !id.contains(bad)
}

impl Resources {
    /// Checks each resource, and that no two volumes of a role have the same id. A shared volume may occur once for
    /// each role that it is allocated to.
    pub fn validate(&self) -> Result<(), Invalid> {
        let mut volumes = BTreeMap::new();
        for r in self {
            r.validate()?;
            let Some(id) = r.persistence_id() else { continue };
            if let Some(other) = volumes.insert((r.reserved_role(), id), r)
                && !(r.is_shared() && other.is_shared() && r.value == other.value)
            {
                return Err(Flaw::PersistenceIdTwice(id.to_owned()).of(r));
            }
        }
        Ok(())
    }

    /// Checks what an agent is started with: no volumes, revocable resources or dynamic reservations, and one type
    /// for each name.
    pub fn validate_for_agent(&self) -> Result<(), Invalid> {
        self.validate()?;
        for r in self {
            let flaw = match r {
                r if r.is_persistent_volume() => Flaw::VolumeOnAgent,
                r if r.is_revocable() => Flaw::RevocableOnAgent,
                r if r.is_dynamically_reserved() => Flaw::DynamicOnAgent,
                _ => continue,
            };
            return Err(flaw.of(r));
        }
        self.check_pairs(|a, b| a.value.kind() != b.value.kind(), Flaw::TwoKinds)
    }

    /// Checks what a task or an executor uses: no name both revocable and not.
    pub fn validate_for_task(&self) -> Result<(), Invalid> {
        self.validate()?;
        self.check_revocable()
    }

    /// Checks that no name is both revocable and not.
    pub fn check_revocable(&self) -> Result<(), Invalid> {
        self.check_pairs(|a, b| a.is_revocable() != b.is_revocable(), Flaw::RevocableAndNot)
    }

    /// Equal names are neighbours, so any difference among them shows between two neighbours.
    fn check_pairs(
        &self,
        clash: impl Fn(&Resource, &Resource) -> bool,
        flaw: impl Fn(Name) -> Flaw,
    ) -> Result<(), Invalid> {
        match self
            .as_slice()
            .windows(2)
            .find(|pair| pair[0].name == pair[1].name && clash(&pair[0], &pair[1]))
        {
            Some(pair) => Err(flaw(pair[1].name.clone()).of(&pair[1])),
            None => Ok(()),
        }
    }
}
