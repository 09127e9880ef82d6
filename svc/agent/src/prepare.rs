//! What the runtime is asked to launch.

use std::path::{Path, PathBuf};

use base_ids::ContainerId;
use core_agent::Owner;
use io_runtime::{Launch, Limits, ParseUserError, Sandbox, User};
use model_cluster::Program;
use model_resources::Resources;
use tracing::warn;

use crate::{
    Options,
    containers::{Start, StartExecutor},
    sandboxes, volumes,
};

/// The launch of a task's container, in a sandbox that is made here.
pub(crate) fn prepare(options: &Options, start: &Start) -> io_runtime::Result<Launch> {
    let (key, task) = (&start.key, &start.task);
    let id = &task.container_id;
    let path = sandboxes::path(&options.dir, &start.agent, &start.agent_id, key, task);
    let command = &task.spec.command;
    let (sandbox, user) = make_sandbox(id, command, &task.default_user, path.clone())?;
    if task.spec.executor.is_none() {
        link_latest(&path);
    } else if let Some(run) = path.parent().and_then(Path::parent) {
        link_latest(run);
        if let Err(error) = sandboxes::name_task(run, key, &Path::new("../containers").join(id.as_str())) {
            warn!(%error, "a task could not be named in its executor's sandbox");
        }
    }
    let mut launch = Launch::new(id.as_str(), program(id, command)?, sandbox.path());
    let env = core_agent::environment(
        &start.agent,
        &options.machine,
        key,
        task,
        &sandbox.path().to_string_lossy(),
    );
    launch.env = env.into_iter().collect();
    launch.user = user;
    let owner = Owner::Task(key.clone());
    launch.volumes = volumes::mounts(
        &options.dir,
        &start.agent,
        &owner,
        &task.spec.resources,
        launch.user.as_ref(),
    )?;
    launch.limits = limits(options, &task.spec.resources);
    launch.grace_ms = task.spec.kill_grace_ms.unwrap_or(options.machine.kill_grace_ms);
    Ok(launch)
}

/// The launch of an executor's container.
pub(crate) fn prepare_executor(options: &Options, start: &StartExecutor) -> io_runtime::Result<Launch> {
    let (key, executor) = (&start.key, &start.executor);
    let id = &executor.container_id;
    let command = executor.spec.command.as_ref();
    let command = command.ok_or_else(|| invalid(id, "command", "the executor has none".to_owned()))?;
    let path = sandboxes::executor_path(&options.dir, &start.agent_id, key, id);
    let (sandbox, user) = make_sandbox(id, command, &executor.default_user, path.clone())?;
    link_latest(&path);
    let config = &options.machine;
    let token = options.tokens.as_ref().map(|tokens| tokens.issue(key, id));
    let mut launch = Launch::new(id.as_str(), program(id, command)?, sandbox.path());
    let env = core_agent::executor_environment(
        &start.agent,
        config,
        key,
        executor,
        &sandbox.path().to_string_lossy(),
        &options.endpoint().to_string(),
        token,
    );
    launch.env = env.into_iter().collect();
    launch.user = user;
    let owner = Owner::Executor(key.clone());
    launch.volumes = volumes::mounts(
        &options.dir,
        &start.agent,
        &owner,
        &executor.spec.resources,
        launch.user.as_ref(),
    )?;
    launch.limits = limits(options, &start.agent.size_of(key));
    launch.grace_ms = executor.spec.shutdown_grace_ms.unwrap_or(config.shutdown_grace_ms);
    Ok(launch)
}

/// Makes the sandbox of a container for the user that its command runs as.
fn make_sandbox(
    id: &ContainerId,
    command: &model_cluster::Command,
    default_user: &str,
    path: PathBuf,
) -> io_runtime::Result<(Sandbox, Option<User>)> {
    refuse_uris(id, command)?;
    let user = user_of(id, command, default_user)?;
    Ok((Sandbox::create(path, user.as_ref())?, user))
}

/// Nothing is fetched yet.
pub(crate) fn refuse_uris(id: &ContainerId, command: &model_cluster::Command) -> io_runtime::Result<()> {
    let Some(uri) = command.uris.first() else {
        return Ok(());
    };
    let why = format!("this release fetches no URIs, and the task asks for {}", uri.value);
    Err(invalid(id, "uris", why))
}

/// Whom a command runs as; the agent's own user if nobody is named.
pub(crate) fn user_of(
    id: &ContainerId,
    command: &model_cluster::Command,
    default_user: &str,
) -> io_runtime::Result<Option<User>> {
    match command.user.as_deref().unwrap_or(default_user) {
        "" => Ok(None),
        name => match name.parse() {
            Ok(user) => Ok(Some(user)),
            Err(error) => Err(invalid(id, "user", ParseUserError::to_string(&error))),
        },
    }
}

pub(crate) fn invalid(id: &ContainerId, field: &'static str, reason: String) -> io_runtime::Error {
    io_runtime::Error::Invalid {
        id: id.to_string(),
        field,
        reason,
    }
}

fn link_latest(sandbox: &Path) {
    if let Err(error) = sandboxes::link_latest(sandbox) {
        warn!(%error, "the link to the latest sandbox could not be set");
    }
}

pub(crate) fn program(id: &ContainerId, command: &model_cluster::Command) -> io_runtime::Result<io_runtime::Command> {
    match &command.program {
        Program::Shell(text) => Ok(io_runtime::Command::Shell(text.clone())),
        Program::Exec(argv) => Ok(io_runtime::Command::Argv(argv.clone())),
        Program::Absent => Err(invalid(id, "command", "the task has none".to_owned())),
    }
}

/// A revocable core against a sure one: Mesos gives 10 shares in place of 1024 (`CPU_SHARES_PER_CPU_REVOCABLE`).
const REVOCABLE_SHARE: f64 = 10.0 / 1024.0;

/// What a container may use.
pub(crate) fn limits(options: &Options, resources: &Resources) -> Limits {
    let some = |amount: f64| Some(amount).filter(|amount| *amount > 0.0);
    let cpus = some(resources.cpus().to_f64());
    let low = options.oversubscription.low_priority && !resources.revocable().cpus().is_empty();
    let share = cpus.map(|cpus| if low { cpus * REVOCABLE_SHARE } else { cpus });
    let memory = some(resources.mem().to_f64());
    Limits {
        cpus: share,
        cpus_max: cpus.filter(|_| options.cfs_quota),
        // Mesos never gives less than 32 MB: less than that kills the shell before it can say why.
        memory_bytes: memory.map(|mib| (mib.max(32.0) * 1024.0 * 1024.0) as u64),
        pids_max: Some(options.pids_max),
    }
}
