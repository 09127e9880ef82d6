//! What a starting agent does about the containers of an earlier one.

use std::collections::HashSet;

use base_ids::{ContainerId, Principal};
use core_agent::{Agent, Command, Exit};
use io_engine::Snapshot;
use io_runtime::{Found, Recovered, Runtime};
use tracing::{info, warn};

use crate::{Handle, containers::exit_of};

/// What becomes of what an earlier agent left (Mesos' `--recover`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recover {
    /// It goes on.
    #[default]
    Reconnect,
    /// It is ended, and then the agent ends.
    Cleanup,
}

/// Holds what the runtime has against what the journal says, before anything is started: a container that runs is
/// adopted, an end that nobody saw is recorded, and what the journal does not know is removed. Gives the containers that
/// were found.
///
/// # Errors
/// With `strict`, the records of a container are broken, or cannot be looked through.
pub(crate) async fn recover(
    handle: &Handle,
    runtime: &Runtime,
    who: &Principal,
    strict: bool,
) -> Result<HashSet<ContainerId>, String> {
    let Ok(snapshot) = handle.state().await else {
        return Ok(HashSet::new());
    };
    let tell = async |id: ContainerId, exit: Exit| drop(handle.submit(who, Command::ContainerExited(id, exit)).await);
    let mut found = HashSet::new();
    for container in records(runtime, strict).await? {
        let id = ContainerId::from(container.launch.id.as_str());
        if snapshot.state.owner_of(&id).is_none() {
            remove(runtime, &id, &container.found).await;
            continue;
        }
        found.insert(id.clone());
        match container.found {
            Found::Running(_) => drop(handle.submit(who, Command::ContainerStarted(id)).await),
            Found::Exited(exit) => tell(id, exit_of(&exit)).await,
            Found::Lost => tell(id, gone()).await,
        }
    }
    for id in missing(&snapshot, &found) {
        info!(container_id = %id, "a container is gone");
        tell(id, gone()).await;
    }
    Ok(found)
}

/// What the runtime knows. Without `strict` a broken record is as good as none.
async fn records(runtime: &Runtime, strict: bool) -> Result<Vec<Recovered>, String> {
    let recovery = match runtime.recover().await {
        Ok(recovery) => recovery,
        Err(error) if strict => return Err(format!("the containers can't be looked through: {error}")),
        Err(error) => {
            warn!(%error, "the containers can't be looked through");
            return Ok(Vec::new());
        }
    };
    if let Some(error) = recovery.broken.first().filter(|_| strict) {
        let why = "a container's records are broken, and --strict=false would take it for gone";
        return Err(format!("{why}: {error}"));
    }
    for error in &recovery.broken {
        warn!(%error, "a container's records are broken");
    }
    Ok(recovery.containers)
}

/// Removes a container that the journal does not know.
async fn remove(runtime: &Runtime, id: &ContainerId, found: &Found) {
    if matches!(found, Found::Running(_)) {
        warn!(container_id = %id, "a container that the journal does not know is killed");
        drop(runtime.kill(id.as_str(), std::time::Duration::ZERO).await);
        drop(runtime.wait(id.as_str()).await);
    }
    drop(runtime.destroy(id.as_str()).await);
}

/// The containers that should run and were not found.
fn missing(snapshot: &Snapshot<Agent>, found: &HashSet<ContainerId>) -> Vec<ContainerId> {
    let executors = snapshot.state.executors();
    let executors = executors.filter(|(_, executor)| executor.is_custom() && executor.running);
    let executors = executors.map(|(_, executor)| &executor.container_id);
    let tasks = snapshot.state.tasks();
    let tasks = tasks.filter(|(_, task)| !task.is_custom() && task.phase == core_agent::Phase::Running);
    let tasks = tasks.map(|(_, task)| &task.container_id);
    executors
        .chain(tasks)
        .filter(|id| !found.contains(*id))
        .cloned()
        .collect()
}

fn gone() -> Exit {
    Exit::Vanished("the task's supervisor was killed while the agent was away".into())
}

/// Ends all that runs here, and waits until it has ended.
///
/// # Errors
/// Why the agent's machine ended before.
pub(crate) async fn clean_up(handle: &Handle, who: &Principal) -> Result<(), String> {
    let mut index = handle.index();
    let ordered = handle.submit(who, Command::CleanUp).await;
    ordered.map_err(|error| error.to_string())?;
    loop {
        let snapshot = handle.state().await.map_err(|error| error.to_string())?;
        if snapshot.state.is_clean() {
            return Ok(());
        }
        if index.changed().await.is_err() {
            return Err(handle.ended().await);
        }
    }
}
