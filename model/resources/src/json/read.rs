//! From JSON to the model, with the checks that Mesos makes on the message before it is merged with others.
use base_ids::Principal;

use super::{
    DiskJson, KindJson, LabelsJson, ModeJson, RangesJson, ReservationJson, ReservationKindJson, ResourceJson,
    SourceJson, SourceKindJson,
};
use crate::{
    Disk, Invalid, Labels, Mode, Name, Persistence, Ranges, Reservation, ReservationKind, Resource, Resources, Role,
    RoleError, Set, Source, SourceKind, Value, Volume,
};

/// Why a JSON text is not a list of resources.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
    #[error("entry {index} ('{name}'): {flaw}")]
    Entry { index: usize, name: String, flaw: JsonFlaw },
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// What is wrong with a resource message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFlaw {
    #[error("type {0} needs exactly the value field of that name")]
    Value(&'static str),
    #[error("type TEXT is for attributes only")]
    Text,
    #[error("range {begin}-{end} ends before it begins")]
    Inverted { begin: u64, end: u64 },
    #[error("overlapping ranges")]
    Overlap,
    #[error("item '{0}' occurs twice")]
    Duplicate(String),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error("field 'reservation' must have neither 'type' nor 'role'")]
    LegacyFields,
    #[error("role * cannot be dynamically reserved")]
    ReservedForAny,
    #[error("each of 'reservations' needs a 'type' and a 'role'")]
    Incomplete,
    #[error("fields 'role' and 'reservation' contradict 'reservations'")]
    Contradiction,
    #[error("a {0} disk has no 'path' or 'mount'")]
    RootOnDevice(&'static str),
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// Parses an array of resources in any format. Entries without a role are reserved for `default_role`.
pub fn parse(input: &str, default_role: &Role) -> Result<Resources, JsonError> {
    from_messages(serde_json::from_str(input)?, default_role)
}

pub(super) fn from_messages(messages: Vec<ResourceJson>, default_role: &Role) -> Result<Resources, JsonError> {
    let mut resources = Resources::new();
    for (index, message) in messages.into_iter().enumerate() {
        let name = message.name.clone();
        let read = message
            .read(default_role)
            .map_err(|flaw| JsonError::Entry { index, name, flaw })?;
        resources.insert(read);
    }
    resources.validate()?;
    Ok(resources)
}

impl ResourceJson {
    /// The resource that the message describes, validated. Without any role it is reserved for `default_role`.
    pub fn read(self, default_role: &Role) -> Result<Resource, JsonFlaw> {
        let value = self.value()?;
        let reservations = self.stack(default_role)?;
        let mut resource = Resource::new(Name::new(&self.name), value);
        resource.allocation_role = match self.allocation_info.and_then(|a| a.role) {
            Some(role) => Some(Role::new(&role)?),
            None => None,
        };
        let disk = self.disk.map(DiskJson::read).transpose()?;
        resource.update(|d| {
            d.reservations = reservations;
            d.disk = disk;
            d.provider_id = self.provider_id.map(|id| id.value);
            d.revocable = self.revocable.is_some();
            d.shared = self.shared.is_some().into();
        });
        resource.validate()?;
        Ok(resource)
    }

    fn value(&self) -> Result<Value, JsonFlaw> {
        match (self.kind, &self.scalar, &self.ranges, &self.set) {
            (KindJson::Scalar, Some(scalar), None, None) => Ok(Value::Scalar(scalar.value)),
            (KindJson::Ranges, None, Some(ranges), None) => Ok(Value::Ranges(ranges.read()?)),
            (KindJson::Set, None, None, Some(set)) => Ok(Value::Set(read_set(&set.item)?)),
            (KindJson::Scalar, ..) => Err(JsonFlaw::Value("SCALAR")),
            (KindJson::Ranges, ..) => Err(JsonFlaw::Value("RANGES")),
            (KindJson::Set, ..) => Err(JsonFlaw::Value("SET")),
            (KindJson::Text, ..) => Err(JsonFlaw::Text),
        }
    }

    /// The reservation stack, from whichever of the formats the message is in.
    fn stack(&self, default_role: &Role) -> Result<Vec<Reservation>, JsonFlaw> {
        let legacy = self.reservation.as_ref();
        if legacy.is_some_and(|r| r.kind.is_some() || r.role.is_some()) {
            return Err(JsonFlaw::LegacyFields);
        }
        if self.reservations.is_empty() {
            let role = self
                .role
                .as_deref()
                .map(Role::new)
                .transpose()?
                .unwrap_or_else(|| default_role.clone());
            return match (role.is_any(), legacy) {
                (true, None) => Ok(Vec::new()),
                (true, Some(_)) => Err(JsonFlaw::ReservedForAny),
                (false, None) => Ok(vec![Reservation::fixed(role)]),
                (false, Some(r)) => Ok(vec![r.with(ReservationKind::Dynamic, role)]),
            };
        }
        let stack = self
            .reservations
            .iter()
            .map(ReservationJson::read)
            .collect::<Result<Vec<_>, _>>()?;
        if self.agrees_with(&stack) {
            Ok(stack)
        } else {
            Err(JsonFlaw::Contradiction)
        }
    }

    /// True when `role` and `reservation` are unset, or say of a single reservation what the stack says.
    fn agrees_with(&self, stack: &[Reservation]) -> bool {
        match (stack, &self.role, &self.reservation) {
            (_, None, None) => true,
            ([one], Some(role), None) => !one.is_dynamic() && role == one.role.as_str(),
            ([one], Some(role), Some(r)) => {
                role == one.role.as_str() && r.with(ReservationKind::Dynamic, one.role.clone()) == *one
            }
            _ => false,
        }
    }
}

impl ReservationJson {
    fn read(&self) -> Result<Reservation, JsonFlaw> {
        let (Some(kind), Some(role)) = (self.kind, &self.role) else {
            return Err(JsonFlaw::Incomplete);
        };
        let kind = match kind {
            ReservationKindJson::Static => ReservationKind::Static,
            ReservationKindJson::Dynamic => ReservationKind::Dynamic,
        };
        Ok(self.with(kind, Role::new(role)?))
    }

    fn with(&self, kind: ReservationKind, role: Role) -> Reservation {
        let principal = self.principal.as_deref().map(Principal::from);
        Reservation {
            kind,
            role,
            principal,
            labels: read_labels(self.labels.as_ref()),
        }
    }
}

fn read_labels(labels: Option<&LabelsJson>) -> Labels {
    labels.map(|l| l.labels.iter().cloned().collect()).unwrap_or_default()
}

impl RangesJson {
    pub(super) fn read(&self) -> Result<Ranges, JsonFlaw> {
        let mut ranges = Ranges::new();
        for r in &self.range {
            if r.begin > r.end {
                return Err(JsonFlaw::Inverted {
                    begin: r.begin,
                    end: r.end,
                });
            }
            if !ranges.is_disjoint(&Ranges::of(r.begin, r.end)) {
                return Err(JsonFlaw::Overlap);
            }
            ranges.insert(r.begin, r.end);
        }
        Ok(ranges)
    }
}

pub(super) fn read_set(items: &[String]) -> Result<Set, JsonFlaw> {
    let mut set = Set::new();
    match items.iter().find(|item| !set.insert(item)) {
        Some(twice) => Err(JsonFlaw::Duplicate(twice.clone())),
        None => Ok(set),
    }
}

impl DiskJson {
    fn read(self) -> Result<Disk, JsonFlaw> {
        let source = self.source.map(SourceJson::read).transpose()?;
        let persistence = self.persistence.map(|p| Persistence {
            id: p.id,
            principal: p.principal.map(Principal::from),
        });
        let volume = self.volume.map(|v| Volume {
            container_path: v.container_path,
            host_path: v.host_path,
            mode: match v.mode {
                ModeJson::Rw => Mode::ReadWrite,
                ModeJson::Ro => Mode::ReadOnly,
            },
        });
        Ok(Disk {
            persistence,
            volume,
            source,
        })
    }
}

impl SourceJson {
    fn read(self) -> Result<Source, JsonFlaw> {
        let (kind, root) = match self.kind {
            SourceKindJson::Path => (SourceKind::Path, self.path),
            SourceKindJson::Mount => (SourceKind::Mount, self.mount),
            device => {
                let kind = if device == SourceKindJson::Raw {
                    SourceKind::Raw
                } else {
                    SourceKind::Block
                };
                if self.path.is_some() || self.mount.is_some() {
                    return Err(JsonFlaw::RootOnDevice(kind.as_str()));
                }
                (kind, None)
            }
        };
        let metadata = read_labels(self.metadata.as_ref());
        let root = root.and_then(|r| r.root);
        Ok(Source {
            kind,
            root,
            vendor: self.vendor,
            id: self.id,
            metadata,
            profile: self.profile,
        })
    }
}
