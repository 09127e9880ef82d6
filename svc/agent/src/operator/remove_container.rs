use core_agent::{Command, Reject};
use core_authorizer::Action;
use io_engine::Failure;
use io_httpd::StatusCode;
use io_runtime::Sandbox;
use wire_mesos::v1;

use super::{Answer, CallError, path, principal};
use crate::{access::Caller, api::Agent, guests};

/// REMOVE_CONTAINER and REMOVE_NESTED_CONTAINER: what is left of a container that is over, its sandbox included.
pub(super) async fn run(agent: &Agent, caller: &Caller, id: &v1::ContainerId) -> Result<Answer, CallError> {
    let path = path::of(id);
    path::demand(agent, caller, Action::RemoveNestedContainer, (&path, None)).await?;
    let snapshot = agent.snapshot().await?;
    let sandbox = guests::sandbox(&agent.options.dir, &snapshot.state, &path);
    match agent.handle.submit(&principal(), Command::RemoveGuest(path)).await {
        Ok(_) => {}
        // In Mesos' words, without the id.
        Err(Failure::Rejected(Reject::ContainerRuns(_))) => {
            return Err(failure("Nested container has not terminated yet"));
        }
        Err(Failure::Rejected(Reject::UnknownRoot(_))) => return Err(failure("Unknown root container")),
        Err(other) => return Err(path::failed(other)),
    }
    if let Some((top, place)) = sandbox {
        let removed = tokio::task::spawn_blocking(move || Sandbox::remove_within(&top, &place)).await;
        let removed = removed.map_err(|error| failure(&error.to_string()))?;
        removed.map_err(|error| failure(&format!("Failed to remove the sandbox directory: {error}")))?;
    }
    Ok(Answer::Done(StatusCode::OK))
}

fn failure(message: &str) -> CallError {
    CallError::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}
