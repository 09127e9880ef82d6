//! What a cluster leaves in its directory when its supervisor is gone: daemons that are ending, and tasks.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base_fault::Class;
use io_runtime::{Found, Runtime};
use io_store::{DirLock, Fault};

use crate::failure::Failure;

/// How long daemons may take to end after their supervisor.
pub const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// The directories of the agents, by their numbers.
pub fn agents(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("agents")).into_iter().flatten().flatten();
    let mut agents: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    agents.sort_by_key(|path| (number(path), path.clone()));
    agents
}

/// Waits until no daemon of the cluster has a journal open. They end by themselves when their supervisor does.
///
/// # Errors
/// `timeout`, naming a directory that is still in use and by whom.
pub fn wait_for_daemons(dir: &Path, patience: Duration) -> anyhow::Result<()> {
    let deadline = Instant::now() + patience;
    let mut places = agents(dir);
    places.push(dir.join("master"));
    for place in places.iter().flat_map(|place| journals(place)) {
        loop {
            match DirLock::take(&place) {
                Ok(_) => break,
                Err(Fault::Locked { .. }) if Instant::now() < deadline => thread::sleep(PAUSE),
                Err(fault @ Fault::Locked { .. }) => {
                    let next = "it did not end with its supervisor; end that process, then try again";
                    return Err(Failure::new(Class::Timeout, fault.to_string()).next(next).into());
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }
    Ok(())
}

/// The directories at or under a daemon's that have a lock.
fn journals(daemon: &Path) -> Vec<PathBuf> {
    let under = fs::read_dir(daemon)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let all = std::iter::once(daemon.to_owned()).chain(under);
    all.filter(|place| place.join(DirLock::FILE_NAME).is_file()).collect()
}

/// The runtime of an agent's directory, or `None` if it never had one.
///
/// # Errors
/// Its directory cannot be used.
pub fn runtime(agent: &Path) -> io_runtime::Result<Option<Runtime>> {
    if !agent.join("run").is_dir() {
        return Ok(None);
    }
    Runtime::new(svc_agent::runtime_options(agent, false)).map(Some)
}

/// How many containers run under all agents of the cluster.
pub async fn running(dir: &Path) -> usize {
    let mut running = 0;
    for agent in agents(dir) {
        let Ok(Some(runtime)) = runtime(&agent) else { continue };
        let Ok(recovery) = runtime.recover().await else {
            continue;
        };
        running += recovery
            .containers
            .iter()
            .filter(|it| matches!(it.found, Found::Running(_)))
            .count();
    }
    running
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_come_by_number() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["10", "2", "1"] {
            fs::create_dir_all(dir.path().join("agents").join(name)).unwrap();
        }
        let names: Vec<_> = agents(dir.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["1", "2", "10"]);
    }

    #[test]
    fn a_daemon_that_does_not_end_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("agents/1/agent");
        fs::create_dir_all(&journal).unwrap();
        let held = DirLock::take(&journal).unwrap();
        let error = wait_for_daemons(dir.path(), Duration::ZERO).unwrap_err();
        assert_eq!(crate::failure::class_of(&error), Class::Timeout);
        assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
        drop(held);
        wait_for_daemons(dir.path(), Duration::ZERO).unwrap();
    }
}
