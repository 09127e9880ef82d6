use base_ids::ContainerId;
use core_agent::{Command, ContainerPath, Reject};
use io_engine::{Failure, Outcome};
use io_httpd::StatusCode;
use wire_mesos::{http_status, v1};

use super::{CallError, principal};
use crate::api::Agent;

/// The place that a call names.
pub(super) fn of(id: &v1::ContainerId) -> ContainerPath {
    let name = ContainerId::from(id.value.as_str());
    match &id.parent {
        Some(parent) => of(parent).child(name),
        None => ContainerPath::root(name),
    }
}

/// A place as it is told.
pub(crate) fn to_wire(path: &ContainerPath) -> v1::ContainerId {
    v1::ContainerId {
        value: path.ids().last().map(ToString::to_string).unwrap_or_default(),
        parent: path.parent().map(|parent| Box::new(to_wire(&parent))),
    }
}

/// Submits what an operator wants of a container. What Mesos calls a failure is said with the status that it has there.
pub(super) async fn submit(agent: &Agent, command: Command) -> Result<Outcome<core_agent::Agent>, CallError> {
    agent.handle.submit(&principal(), command).await.map_err(failed)
}

/// The same for what the machine could not do.
pub(super) fn failed(failure: Failure<Reject>) -> CallError {
    let Failure::Rejected(reject) = failure else {
        let status = http_status(failure.class(Reject::class));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return CallError::new(status, failure.to_string());
    };
    let status = match reject {
        Reject::UnknownContainer(_) => StatusCode::NOT_FOUND,
        Reject::ContainerRuns(_) | Reject::UnknownRoot(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    CallError::new(status, reject.to_string())
}

/// There is no such container.
pub(super) fn missing(path: &ContainerPath) -> CallError {
    CallError::new(StatusCode::NOT_FOUND, format!("Container {path} cannot be found"))
}
