use base_ids::OperationId;
use model_cluster::OperationStatus;
use model_resources::{Operation, Resource, Scalar};

use crate::resource::{Format, ResourceError, all_from_wire, all_to_wire};
use crate::v1::{self, offer::operation::Type};

/// The id that a framework gave to an operation because it wants to hear of it; an empty one is none.
pub fn operation_id_from_wire(wire: &v1::offer::Operation) -> Option<OperationId> {
    let id = wire.id.as_ref()?.value.as_str();
    (!id.is_empty()).then(|| OperationId::from(id))
}

/// An operation that changes what resources are.
///
/// # Errors
/// Why it is none, for its framework. CREATE_DISK and DESTROY_DISK are refused: they need a resource provider.
pub fn operation_from_wire(wire: &v1::offer::Operation) -> Result<Operation, String> {
    let name = wire.r#type().as_str_name();
    let read = |resources: &[v1::Resource]| all_from_wire(resources).map_err(|error| invalid(&error));
    let absent = || format!("Expecting a body for the {name} operation");
    Ok(match wire.r#type() {
        Type::Reserve => {
            let reserve = wire.reserve.as_ref().ok_or_else(absent)?;
            Operation::Reserve {
                source: read(&reserve.source)?,
                resources: read(&reserve.resources)?,
            }
        }
        Type::Unreserve => Operation::Unreserve {
            resources: read(&wire.unreserve.as_ref().ok_or_else(absent)?.resources)?,
        },
        Type::Create => Operation::Create {
            volumes: read(&wire.create.as_ref().ok_or_else(absent)?.volumes)?,
        },
        Type::Destroy => Operation::Destroy {
            volumes: read(&wire.destroy.as_ref().ok_or_else(absent)?.volumes)?,
        },
        Type::GrowVolume => {
            let grow = wire.grow_volume.as_ref().ok_or_else(absent)?;
            Operation::GrowVolume {
                volume: one(&grow.volume, "grow_volume.volume")?,
                addition: one(&grow.addition, "grow_volume.addition")?,
            }
        }
        Type::ShrinkVolume => {
            let shrink = wire.shrink_volume.as_ref().ok_or_else(absent)?;
            Operation::ShrinkVolume {
                volume: one(&shrink.volume, "shrink_volume.volume")?,
                subtract: Scalar::from_f64(shrink.subtract.value)
                    .map_err(|error| format!("Invalid 'shrink_volume.subtract': {error}"))?,
            }
        }
        Type::CreateDisk | Type::DestroyDisk => {
            return Err(format!(
                "Invalid {name} operation: 'source' is not managed by a resource provider; this cluster has none"
            ));
        }
        Type::Unknown | Type::Launch | Type::LaunchGroup => {
            return Err(format!("{name} is not an operation on resources"));
        }
    })
}

/// A status of an operation as its framework gets it.
pub fn operation_status_to_wire(status: &OperationStatus, format: Format) -> v1::OperationStatus {
    v1::OperationStatus {
        operation_id: Some(v1::OperationId {
            value: status.operation_id.to_string(),
        }),
        state: status.state as i32,
        message: status.message.clone(),
        converted_resources: all_to_wire(&status.converted, format),
        uuid: status.uuid.map(|uuid| v1::Uuid {
            value: uuid.as_bytes().to_vec(),
        }),
        agent_id: status.agent_id.as_ref().map(|id| v1::AgentId { value: id.to_string() }),
        resource_provider_id: None,
    }
}

fn one(wire: &v1::Resource, place: &str) -> Result<Resource, String> {
    Resource::try_from(wire).map_err(|problem| format!("Invalid resource in the '{place}' field: {problem}"))
}

fn invalid(error: &ResourceError) -> String {
    format!("Invalid resources: {error}")
}

#[cfg(test)]
mod tests {
    use model_cluster::OperationState;

    #[test]
    fn numbers_are_mesos_own() {
        for state in OperationState::ALL {
            let wire = crate::v1::OperationState::try_from(state as i32).unwrap();
            assert_eq!(wire.as_str_name(), state.name());
        }
    }
}
