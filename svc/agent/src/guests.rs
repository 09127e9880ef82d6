//! Containers that somebody asks this agent for: where they are and what the runtime is asked to launch.

use std::path::{Path, PathBuf};

use base_ids::ContainerId;
use core_agent::{Agent, ContainerPath, Guest, Owner};
use io_runtime::{Launch, Sandbox};

use crate::{
    Options,
    prepare::{invalid, limits, program, refuse_uris, user_of},
    sandboxes,
};

/// All that is needed to start a guest.
pub(crate) struct StartGuest {
    pub(crate) path: ContainerPath,
    pub(crate) guest: Guest,
    pub(crate) agent: Agent,
}

/// The launch of a guest's container, in a sandbox that is made here.
pub(crate) fn prepare_guest(options: &Options, start: &StartGuest) -> io_runtime::Result<Launch> {
    let (path, guest, agent) = (&start.path, &start.guest, &start.agent);
    let (id, command) = (&guest.container_id, &guest.spec.command);
    refuse_uris(id, command)?;
    let user = user_of(id, command, &inherited_user(agent, path))?;
    let (top, place) = sandbox(&options.dir, agent, path)
        .ok_or_else(|| invalid(id, "container_id", format!("{path} is in no container that is known")))?;
    if path.ids().len() == 1 {
        // What may be in the way here is the agent's own.
        Sandbox::create(top.join(&place), None)?;
    }
    let sandbox = Sandbox::create_within(&top, &place, user.as_ref())?;
    let mut launch = Launch::new(id.as_str(), program(id, command)?, sandbox.path());
    let env = core_agent::guest_environment(command, &sandbox.path().to_string_lossy());
    launch.env = env.into_iter().collect();
    launch.user = user;
    launch.within = path
        .parent()
        .filter(|_| guest.spec.shares)
        .and_then(|parent| process(agent, &parent));
    if launch.within.is_none() {
        launch.limits = limits(options, &guest.spec.resources);
    }
    Ok(launch)
}

/// The sandbox of a container: that of the outermost one or the place of all standalone ones, and the place below it,
/// `containers/<id>` once for each that it is in.
pub(crate) fn sandbox(dir: &Path, agent: &Agent, path: &ContainerPath) -> Option<(PathBuf, PathBuf)> {
    let (root, inner) = path.ids().split_first()?;
    let mut place = PathBuf::new();
    for id in inner {
        place.push("containers");
        place.push(id.as_str());
    }
    let alone = dir.join("containers");
    let top = match agent.resolve(&ContainerPath::root(root.clone())) {
        Some(Owner::Executor(key)) => sandboxes::executor_path(dir, agent.agent_id()?, &key, root),
        Some(Owner::Task(key)) => sandboxes::path(dir, agent, agent.agent_id()?, &key, agent.task(&key)?),
        Some(Owner::Guest(_)) | None if inner.is_empty() => return Some((alone, PathBuf::from(root.as_str()))),
        Some(Owner::Guest(_)) => alone.join(root.as_str()),
        None => return None,
    };
    Some((top, place))
}

/// Whom a container runs as that names nobody: the one that it is in says it, or the one around that. Empty for the
/// agent's own user.
fn inherited_user(agent: &Agent, path: &ContainerPath) -> String {
    let around = std::iter::successors(path.parent(), ContainerPath::parent);
    around.filter_map(|path| user(agent, &path)).next().unwrap_or_default()
}

fn user(agent: &Agent, path: &ContainerPath) -> Option<String> {
    let (command, default) = match agent.resolve(path)? {
        Owner::Guest(path) => return agent.guest(&path)?.spec.command.user.clone(),
        Owner::Task(key) => {
            let task = agent.task(&key)?;
            (Some(&task.spec.command), &task.default_user)
        }
        Owner::Executor(key) => {
            let executor = agent.executor(&key)?;
            (executor.spec.command.as_ref(), &executor.default_user)
        }
    };
    let named = command.and_then(|command| command.user.clone());
    Some(named.unwrap_or_else(|| default.clone()))
}

/// The container in the runtime of what is at a place; none of the agent's own executor, which is no process.
pub(crate) fn runtime_id(agent: &Agent, path: &ContainerPath) -> Option<ContainerId> {
    match agent.resolve(path)? {
        Owner::Guest(path) => Some(agent.guest(&path)?.container_id.clone()),
        Owner::Task(key) => Some(agent.task(&key)?.container_id.clone()),
        Owner::Executor(key) => {
            let executor = agent.executor(&key).filter(|executor| executor.is_custom())?;
            Some(executor.container_id.clone())
        }
    }
}

fn process(agent: &Agent, path: &ContainerPath) -> Option<String> {
    runtime_id(agent, path).map(|id| id.to_string())
}
