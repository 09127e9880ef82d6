//! `Operation`: changes of what resources are, not of how much there is.
use crate::{Invalid, Name, Reservation, Resource, Resources, Scalar, SourceKind, Value, disk::Mode};

/// An offer operation that converts resources of an agent (`Offer.Operation` in Mesos).
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Operation {
    /// Turns `source` into `resources`. An empty source means: `resources` without their current reservation.
    #[n(0)]
    Reserve {
        #[n(0)]
        source: Resources,
        #[n(1)]
        resources: Resources,
    },
    /// Takes the current reservation off.
    #[n(1)]
    Unreserve {
        #[n(0)]
        resources: Resources,
    },
    /// Makes persistent volumes out of reserved disk space.
    #[n(2)]
    Create {
        #[n(0)]
        volumes: Resources,
    },
    /// Turns persistent volumes back into reserved disk space.
    #[n(3)]
    Destroy {
        #[n(0)]
        volumes: Resources,
    },
    /// Adds disk space to a persistent volume.
    #[n(4)]
    GrowVolume {
        #[n(0)]
        volume: Resource,
        #[n(1)]
        addition: Resource,
    },
    /// Frees part of the space of a persistent volume.
    #[n(5)]
    ShrinkVolume {
        #[n(0)]
        volume: Resource,
        /// MiB to free.
        #[n(1)]
        subtract: Scalar,
    },
}

/// What an operation takes and what it gives for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    pub consumed: Resources,
    pub converted: Resources,
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the operation names no resources")]
    Empty,
    #[error("'{0}' is not dynamically reserved")]
    NotDynamic(String),
    #[error("'{0}' is a persistent volume: destroy it before it is unreserved")]
    IsVolume(String),
    #[error("'{0}' is not a persistent volume")]
    NotVolume(String),
    #[error("the persistent volume '{0}' cannot be read-only")]
    ReadOnly(String),
    #[error("the resources come from different resource providers")]
    MixedProviders,
    #[error("the resources have different reservations")]
    MixedReservations,
    #[error("the source '{source_}' and the result '{result}' differ in more than their reservations")]
    AmountsDiffer { source_: String, result: String },
    #[error("'{0}' belongs to a resource provider, which cannot resize volumes")]
    Provider(String),
    #[error("'{0}' is shared and cannot be resized")]
    Shared(String),
    #[error("'{0}' is on a MOUNT disk, which cannot be divided")]
    Mount(String),
    #[error("the volume '{volume}' cannot grow by '{addition}', which is not the same kind of disk space")]
    Incompatible { volume: String, addition: String },
    #[error("the change of size {0} is not above zero and below the size of the volume")]
    Size(Scalar),
    #[error("'{available}' does not contain '{wanted}'")]
    NotContained { available: String, wanted: String },
    #[error("'{added}' is, in part, there already in '{available}'")]
    Twice { available: String, added: String },
    #[error("the persistent volume '{0}' is still used by others")]
    InUse(String),
}

impl Operation {
    /// Checks the operation on its own, before and apart from any agent.
    pub fn validate(&self) -> Result<(), OperationError> {
        match self {
            Self::Reserve { source, resources } => validate_reserve(source, resources),
            Self::Unreserve { resources } => validate_unreserve(resources),
            Self::Create { volumes } | Self::Destroy { volumes } => validate_volumes(volumes),
            Self::GrowVolume { volume, addition } => validate_grow(volume, addition),
            Self::ShrinkVolume { volume, subtract } => validate_shrink(volume, *subtract),
        }
    }

    /// What the operation takes and gives, step by step.
    pub fn conversions(&self) -> Result<Vec<Conversion>, OperationError> {
        Ok(match self {
            Self::Reserve { source, resources } => {
                let consumed = if source.is_empty() {
                    resources.pop_reservation()?
                } else {
                    source.clone()
                };
                vec![Conversion {
                    consumed,
                    converted: resources.clone(),
                }]
            }
            Self::Unreserve { resources } => {
                vec![Conversion {
                    consumed: resources.clone(),
                    converted: resources.pop_reservation()?,
                }]
            }
            Self::Create { volumes } => volumes
                .iter()
                .map(|v| conversion(v.clone().without_volume(), v.clone()))
                .collect(),
            Self::Destroy { volumes } => volumes
                .iter()
                .map(|v| conversion(v.clone(), v.clone().without_volume()))
                .collect(),
            Self::GrowVolume { volume, addition } => {
                let consumed = [volume.clone(), addition.clone()].into_iter().collect();
                let grown = resized(volume, size(volume) + size(addition));
                vec![Conversion {
                    consumed,
                    converted: grown.into(),
                }]
            }
            Self::ShrinkVolume { volume, subtract } => {
                let freed = resized(volume, *subtract).without_volume();
                let shrunk = resized(volume, size(volume) - *subtract);
                vec![Conversion {
                    consumed: volume.clone().into(),
                    converted: [shrunk, freed].into_iter().collect(),
                }]
            }
        })
    }
}

impl Resources {
    /// The resources after `operation`; an error if it is not valid or its resources are not here.
    pub fn apply(&self, operation: &Operation) -> Result<Resources, OperationError> {
        operation.validate()?;
        let mut after = self.clone();
        for Conversion { consumed, converted } in operation.conversions()? {
            if !after.take(&consumed) {
                let (available, wanted) = (after.to_string(), consumed.to_string());
                return Err(OperationError::NotContained { available, wanted });
            }
            if let Operation::Destroy { .. } = operation
                && after.contains(&consumed)
            {
                return Err(OperationError::InUse(consumed.to_string()));
            }
            after = after.checked_add(&converted).ok_or_else(|| OperationError::Twice {
                available: after.to_string(),
                added: converted.to_string(),
            })?;
        }
        if let Operation::Create { .. } = operation {
            after.validate()?;
        }
        Ok(after)
    }
}

fn conversion(consumed: Resource, converted: Resource) -> Conversion {
    Conversion {
        consumed: consumed.into(),
        converted: converted.into(),
    }
}

fn size(r: &Resource) -> Scalar {
    r.value.as_scalar().unwrap_or_default()
}

fn resized(r: &Resource, size: Scalar) -> Resource {
    r.clone().with_value(size)
}

fn validate_all(resources: &Resources) -> Result<(), OperationError> {
    resources.validate()?;
    let mut providers = resources.iter().map(|r| &r.detail().provider_id);
    let first = providers.next().ok_or(OperationError::Empty)?;
    if providers.all(|p| p == first) {
        Ok(())
    } else {
        Err(OperationError::MixedProviders)
    }
}

fn validate_reserve(source: &Resources, resources: &Resources) -> Result<(), OperationError> {
    validate_all(resources)?;
    if let Some(r) = resources.iter().find(|r| !r.is_dynamically_reserved()) {
        return Err(OperationError::NotDynamic(r.to_string()));
    }
    if source.is_empty() {
        return Ok(());
    }
    validate_all(source)?;
    same_reservations(source)?;
    same_reservations(resources)?;
    let (before, after) = (source.to_unreserved(), resources.to_unreserved());
    if before != after {
        return Err(OperationError::AmountsDiffer {
            source_: before.to_string(),
            result: after.to_string(),
        });
    }
    Ok(())
}

fn same_reservations(resources: &Resources) -> Result<(), OperationError> {
    let mut stacks = resources.iter().map(|r| &r.detail().reservations);
    let first: Option<&Vec<Reservation>> = stacks.next();
    if stacks.all(|s| Some(s) == first) {
        Ok(())
    } else {
        Err(OperationError::MixedReservations)
    }
}

fn validate_unreserve(resources: &Resources) -> Result<(), OperationError> {
    validate_all(resources)?;
    for r in resources {
        if !r.is_dynamically_reserved() {
            return Err(OperationError::NotDynamic(r.to_string()));
        }
        if r.is_persistent_volume() {
            return Err(OperationError::IsVolume(r.to_string()));
        }
    }
    Ok(())
}

fn validate_volumes(volumes: &Resources) -> Result<(), OperationError> {
    validate_all(volumes)?;
    volumes.iter().try_for_each(validate_volume)
}

fn validate_volume(volume: &Resource) -> Result<(), OperationError> {
    let Some(disk) = volume.disk().filter(|d| d.persistence.is_some()) else {
        return Err(OperationError::NotVolume(volume.to_string()));
    };
    match &disk.volume {
        Some(v) if v.mode == Mode::ReadOnly => Err(OperationError::ReadOnly(volume.to_string())),
        _ => Ok(()),
    }
}

fn validate_resizable(volume: &Resource) -> Result<(), OperationError> {
    volume.validate()?;
    validate_volume(volume)?;
    if volume.detail().provider_id.is_some() {
        return Err(OperationError::Provider(volume.to_string()));
    }
    if volume.is_shared() {
        return Err(OperationError::Shared(volume.to_string()));
    }
    Ok(())
}

fn validate_grow(volume: &Resource, addition: &Resource) -> Result<(), OperationError> {
    validate_resizable(volume)?;
    addition.validate()?;
    if addition.is_empty() {
        return Err(OperationError::Size(size(addition)));
    }
    // The space below the volume must merge with the addition: the same reservations, and a disk that can be divided.
    let merged: Resources = [volume.clone().without_volume(), addition.clone()]
        .into_iter()
        .collect();
    let scalar = matches!((&addition.name, &addition.value), (Name::Disk, Value::Scalar(_)));
    if merged.len() != 1 || !scalar {
        return Err(OperationError::Incompatible {
            volume: volume.to_string(),
            addition: addition.to_string(),
        });
    }
    Ok(())
}

fn validate_shrink(volume: &Resource, subtract: Scalar) -> Result<(), OperationError> {
    validate_resizable(volume)?;
    if volume.source_kind() == Some(SourceKind::Mount) {
        return Err(OperationError::Mount(volume.to_string()));
    }
    if subtract.is_empty() || subtract >= size(volume) {
        return Err(OperationError::Size(subtract));
    }
    Ok(())
}
