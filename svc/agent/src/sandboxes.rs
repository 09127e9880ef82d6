//! Where sandboxes are, in Mesos' layout, and which have been kept long enough.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base_clock::Timestamp;
use base_ids::{AgentId, ContainerId};
use core_agent::{Agent, ExecutorKey, Key, Sandbox, Task};
use tracing::{info, warn};

use crate::Options;

/// How often old sandboxes are looked for.
const PERIOD: Duration = Duration::from_secs(60);

/// The sandbox of a task with a container of its own:
/// `<dir>/slaves/<agent>/frameworks/<framework>/executors/<task>/runs/<container>`, and for one of a group
/// `.../executors/<executor>/runs/<executor's container>/containers/<container>`.
pub(crate) fn path(dir: &Path, agent: &Agent, agent_id: &AgentId, key: &Key, task: &Task) -> PathBuf {
    let executor = task.executor(&key.framework_id);
    let known = executor.and_then(|executor| Some((agent.executor(&executor)?.container_id.clone(), executor)));
    let container = task.container_id.as_str();
    match known {
        Some((parent, executor)) => executor_path(dir, agent_id, &executor, &parent)
            .join("containers")
            .join(container),
        None => runs(dir, agent_id, key.framework_id.as_str(), key.task_id.as_str()).join(container),
    }
}

/// The sandbox of an executor.
pub(crate) fn executor_path(dir: &Path, agent_id: &AgentId, key: &ExecutorKey, container_id: &ContainerId) -> PathBuf {
    runs(dir, agent_id, key.framework_id.as_str(), key.executor_id.as_str()).join(container_id.as_str())
}

fn executors(dir: &Path, agent_id: &AgentId, framework: &str) -> PathBuf {
    let frameworks = dir.join("slaves").join(agent_id.as_str()).join("frameworks");
    frameworks.join(part(framework)).join("executors")
}

fn runs(dir: &Path, agent_id: &AgentId, framework: &str, executor: &str) -> PathBuf {
    executors(dir, agent_id, framework).join(part(executor)).join("runs")
}

/// An id as one part of a path. Ids with a slash or of dots alone are refused by the master; this only makes sure.
fn part(id: &str) -> String {
    if matches!(id, "" | "." | "..") {
        "_".to_owned()
    } else {
        id.replace('/', "_")
    }
}

/// Points `latest` beside a sandbox at it.
pub(crate) fn link_latest(sandbox: &Path) -> io::Result<()> {
    let Some((parent, name)) = sandbox.parent().zip(sandbox.file_name()) else {
        return Ok(());
    };
    io_runtime::point(&parent.join("latest"), Path::new(name))
}

/// The newest sandbox of a task, running or over.
pub(crate) fn latest(dir: &Path, agent_id: &AgentId, key: &Key) -> Option<PathBuf> {
    let (framework, task) = (key.framework_id.as_str(), key.task_id.as_str());
    let own = fs::canonicalize(runs(dir, agent_id, framework, task).join("latest"));
    own.ok().or_else(|| in_executor(dir, agent_id, framework, task))
}

/// The sandbox of a task that an executor ran, as the executor's sandbox names it.
fn in_executor(dir: &Path, agent_id: &AgentId, framework: &str, task: &str) -> Option<PathBuf> {
    let named = |executor: PathBuf| {
        let run = fs::canonicalize(executor.join("runs").join("latest")).ok()?;
        let place = fs::canonicalize(run.join("tasks").join(part(task))).ok()?;
        // The executor may have changed the name, but leads nobody out of its sandbox.
        place.starts_with(&run).then_some(place)
    };
    children(&executors(dir, agent_id, framework))
        .into_iter()
        .find_map(named)
}

/// Names a task in the sandbox of its executor: `tasks/<task>` leads to where the task is.
pub(crate) fn name_task(executor: &Path, key: &Key, to: &Path) -> io::Result<()> {
    let place = Path::new("tasks").join(part(key.task_id.as_str()));
    io_runtime::point_within(executor, &place, to)
}

/// Removes old sandboxes for ever.
pub(crate) async fn collect(options: Options, handle: crate::Handle) {
    let mut turn = tokio::time::interval(PERIOD);
    loop {
        turn.tick().await;
        let Ok(snapshot) = handle.state().await else { return };
        let options = options.clone();
        let swept = tokio::task::spawn_blocking(move || sweep(&options, &snapshot.state)).await;
        if let Ok(Err(error)) = swept {
            warn!(%error, "sandboxes could not be looked through");
        }
    }
}

fn sweep(options: &Options, agent: &Agent) -> io::Result<()> {
    let (free, all) = io_runtime::disk_space_bytes(&options.dir)?;
    let ended = ended(&options.dir.join("slaves"), agent)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let share = free as f64 / all.max(1) as f64;
    let now = Timestamp::EPOCH + now;
    for path in core_agent::overdue(ended, now, options.sandbox_max_age, share, options.disk_headroom) {
        match fs::remove_dir_all(&path) {
            Ok(()) => info!(path = %path.display(), "sandbox removed"),
            Err(error) => warn!(path = %path.display(), %error, "sandbox could not be removed"),
        }
    }
    Ok(())
}

/// The sandboxes whose container is not in use, with the time of their last change.
fn ended(slaves: &Path, agent: &Agent) -> io::Result<Vec<Sandbox<PathBuf>>> {
    let mut found = Vec::new();
    let mut level = vec![slaves.to_owned()];
    // slaves / id / frameworks / id / executors / id / runs / container
    for _ in 0..7 {
        level = level.iter().flat_map(|dir| children(dir)).collect();
    }
    for path in level {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if agent.owner_of(&ContainerId::from(name)).is_none() {
            let changed = |path: &Path| fs::symlink_metadata(path).and_then(|meta| meta.modified()).ok();
            let last = [
                changed(&path),
                changed(&path.join("stdout")),
                changed(&path.join("stderr")),
            ];
            let last = last.into_iter().flatten().max().unwrap_or(UNIX_EPOCH);
            let ended = Timestamp::EPOCH + last.duration_since(UNIX_EPOCH).unwrap_or_default();
            found.push(Sandbox { path, ended });
        }
    }
    Ok(found)
}

fn children(dir: &Path) -> Vec<PathBuf> {
    let is_dir = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter(is_dir)
        .map(|entry| entry.path())
        .collect()
}
