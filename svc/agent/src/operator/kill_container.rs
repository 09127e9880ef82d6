use core_agent::{Agent as Machine, Command, ContainerPath, Owner};
use core_authorizer::Action;
use io_httpd::StatusCode;
use wire_mesos::v1;

use super::{Answer, CallError, path};
use crate::{access::Caller, api::Agent, guests};

/// SIGKILL, which ends a container whatever its processes do.
const KILL: i32 = 9;

/// KILL_CONTAINER and KILL_NESTED_CONTAINER: a signal to the main process of a container, SIGKILL unless another is named.
pub(super) async fn run(
    agent: &Agent,
    caller: &Caller,
    id: &v1::ContainerId,
    signal: Option<i32>,
) -> Result<Answer, CallError> {
    let (path, signal) = (path::of(id), signal.unwrap_or(KILL));
    path::demand(agent, caller, Action::KillNestedContainer, (&path, None)).await?;
    let snapshot = agent.snapshot().await?;
    let state = &snapshot.state;
    let unknown = || {
        let message = format!("Container '{path}' cannot be found (or is already killed)");
        CallError::new(StatusCode::NOT_FOUND, message)
    };
    if !state.is_alive(&path) {
        return Err(unknown());
    }
    match state.resolve(&path) {
        // An order that outlives this agent.
        Some(Owner::Guest(_)) if signal == KILL => end(agent, path).await?,
        Some(Owner::Guest(_)) => {
            let id = guests::runtime_id(state, &path).ok_or_else(unknown)?;
            if !send(agent, id.as_str(), signal).await? {
                // It is not there yet. Mesos ends it for any signal, too.
                end(agent, path).await?;
            }
        }
        _ => {
            let mut found = false;
            for id in processes(state, &path) {
                found |= send(agent, id.as_str(), signal).await?;
            }
            if !found {
                return Err(unknown());
            }
        }
    }
    Ok(Answer::Done(StatusCode::OK))
}

async fn end(agent: &Agent, path: ContainerPath) -> Result<(), CallError> {
    path::submit(agent, Command::KillGuest(path)).await.map(drop)
}

/// The agent's own executor is its tasks.
fn processes(state: &Machine, path: &ContainerPath) -> Vec<base_ids::ContainerId> {
    match (guests::runtime_id(state, path), state.resolve(path)) {
        (Some(id), _) => vec![id],
        (None, Some(Owner::Executor(key))) => {
            let tasks = state.tasks_of(&key).filter(|(_, task)| !task.is_over());
            tasks.map(|(_, task)| task.container_id.clone()).collect()
        }
        (None, _) => Vec::new(),
    }
}

/// Sends a signal; `false` if there is no process to get it.
async fn send(agent: &Agent, id: &str, signal: i32) -> Result<bool, CallError> {
    match agent.runtime.signal(id, signal).await {
        Ok(()) => Ok(true),
        Err(io_runtime::Error::Unknown { .. }) => Ok(false),
        Err(error) => {
            let message = format!("Unable to send signal to container: {error}");
            Err(CallError::new(StatusCode::INTERNAL_SERVER_ERROR, message))
        }
    }
}
