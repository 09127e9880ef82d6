use base_ids::ContainerId;
use core_agent::{Command, ContainerPath, Reject};
use core_authorizer::{Action, Object};
use io_engine::{Failure, Outcome};
use io_httpd::StatusCode;
use wire_mesos::{http_status, v1};

use super::{CallError, principal};
use crate::{access::Caller, api::Agent, executor::CONTAINER, view::Executor};

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

/// Whether somebody may do this to a container. An executor may, within its own, if it proves by its token that it is; rules do
/// not speak of it. One that stands alone is of nobody in particular; one in another is as that
/// one is, and its command's own user counts when it is launched.
pub(super) async fn demand(
    agent: &Agent,
    caller: &Caller,
    action: Action,
    (path, user): (&ContainerPath, Option<&str>),
) -> Result<(), CallError> {
    let snapshot = agent.snapshot().await?;
    let around = Executor::around(&snapshot.state, path);
    let within_own = |executor: &Executor<'_>| caller.claim(CONTAINER) == Some(executor.container_id().as_str());
    if around.as_ref().is_some_and(within_own) {
        return Ok(());
    }
    let object = match around.map(Executor::object) {
        Some(object) if action == Action::LaunchNestedContainer => object
            .user()
            .map_or(Object::Any, |parent| Object::Nested { user, parent }),
        Some(object) => object,
        None => Object::Any,
    };
    Ok(caller.demand(action, &object)?)
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
