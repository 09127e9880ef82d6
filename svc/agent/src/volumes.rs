//! Where persistent volumes are, and that they are there.

mod make;

pub(crate) use make::place;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base_ids::Principal;
use core_agent::{Agent, Command, Owner, Volume};
use io_runtime::{Sandbox, User};
use model_resources::{Mode, Resources, SourceKind};
use tokio::sync::Mutex;
use tracing::warn;

use crate::{Handle, Options, tell::tell};

/// How long after a failure it is tried again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a volume's data is, as in Mesos: below the work directory or the root of its PATH disk by role and id, the root of
/// its MOUNT disk itself. A role's slashes become spaces, which no role has.
pub(crate) fn path(dir: &Path, volume: Volume<'_>) -> PathBuf {
    let root = root(dir, volume);
    if is_mount(volume) {
        return root;
    }
    let roles = root.join("volumes").join("roles");
    roles.join(volume.role.as_str().replace('/', " ")).join(volume.id)
}

fn root(dir: &Path, volume: Volume<'_>) -> PathBuf {
    let source = volume.resource.disk().and_then(|disk| disk.source.as_ref());
    let root = source.and_then(|source| source.root.as_ref());
    root.map_or_else(|| dir.to_owned(), |root| dir.join(root))
}

/// The volumes among the resources of a task or an executor, given to its user unless another one uses them too.
pub(crate) fn mounts(
    dir: &Path,
    agent: &Agent,
    owner: &Owner,
    resources: &Resources,
    user: Option<&User>,
) -> io_runtime::Result<Vec<io_runtime::Volume>> {
    let mut mounts = Vec::new();
    for volume in resources.iter().filter_map(Volume::of) {
        let source = path(dir, volume);
        if user.is_some() && !is_used_by_others(agent, owner, volume) {
            Sandbox::create(&source, user)?;
        }
        let wanted = volume.resource.disk().and_then(|disk| disk.volume.as_ref());
        let Some(wanted) = wanted else { continue };
        mounts.push(io_runtime::Volume {
            source,
            target: PathBuf::from(&wanted.container_path),
            read_only: wanted.mode == Mode::ReadOnly,
        });
    }
    Ok(mounts)
}

fn is_used_by_others(agent: &Agent, owner: &Owner, volume: Volume<'_>) -> bool {
    let tasks = agent.tasks().filter(|(_, task)| !task.is_over());
    let tasks = tasks.map(|(key, task)| (Owner::Task(key.clone()), &task.spec.resources));
    let executors = agent.executors();
    let executors = executors.map(|(key, executor)| (Owner::Executor(key.clone()), &executor.spec.resources));
    tasks
        .chain(executors)
        .filter(|(other, _)| other != owner)
        .flat_map(|(_, resources)| resources.iter().filter_map(Volume::of))
        .any(|other| other.role == volume.role && other.id == volume.id)
}

/// Brings the volumes' directories to where the machine wants them.
pub(crate) struct Maker {
    pub(crate) options: Options,
    pub(crate) handle: Handle,
    pub(crate) who: Principal,
    /// Held while directories change: what is wiped for an earlier order must not be in use for a later one.
    pub(crate) turn: Arc<Mutex<()>>,
}

impl Maker {
    /// Tries until it succeeds or another version is wanted.
    pub(crate) async fn run(self, version: u64) {
        let turn = self.turn.clone();
        let _turn = turn.lock().await;
        loop {
            let Ok(snapshot) = self.handle.state().await else {
                return;
            };
            let state = &snapshot.state;
            if state.holdings().version != version || state.held().is_some() || state.unmade().is_some() {
                return;
            }
            let dir = self.options.dir.clone();
            let made = tokio::task::spawn_blocking(move || make::make(&dir, &snapshot.state)).await;
            match made {
                Ok(failures) if failures.is_empty() => {
                    return tell(&self.handle, &self.who, Command::VolumesMade(version));
                }
                Ok(failures) => return tell(&self.handle, &self.who, Command::VolumesFailed(version, failures)),
                Err(error) => warn!(%error, "the persistent volumes can't be made; trying again"),
            }
            tokio::time::sleep(PATIENCE).await;
        }
    }
}

fn is_mount(volume: Volume<'_>) -> bool {
    volume.resource.source_kind() == Some(SourceKind::Mount)
}

#[cfg(test)]
mod tests {
    use model_resources::{Disk, Name, Persistence, Reservation, Resource, Role, Scalar, Source};

    use super::*;

    fn volume(source: Option<Source>) -> Resource {
        let persistence = Some(Persistence {
            id: "v".into(),
            principal: None,
        });
        let disk = Disk {
            persistence,
            volume: None,
            source,
        };
        let role = Role::new("eng/db").unwrap();
        Resource::new(Name::Disk, Scalar::from_units(1))
            .with_reservation(Reservation::dynamic(role, None))
            .with_disk(disk)
    }

    #[test]
    fn paths_are_mesos_own() {
        let path = |kind: Option<(SourceKind, &str)>| {
            let source = kind.map(|(kind, root)| Source::new(kind, Some(root.into())));
            let volume = volume(source);
            super::path(Path::new("/var/lib/h"), Volume::of(&volume).unwrap())
        };
        assert_eq!(path(None), Path::new("/var/lib/h/volumes/roles/eng db/v"));
        let of_path = path(Some((SourceKind::Path, "/mnt/a")));
        assert_eq!(of_path, Path::new("/mnt/a/volumes/roles/eng db/v"));
        let relative = path(Some((SourceKind::Path, "disk")));
        assert_eq!(relative, Path::new("/var/lib/h/disk/volumes/roles/eng db/v"));
        assert_eq!(path(Some((SourceKind::Mount, "/mnt/b"))), Path::new("/mnt/b"));
    }
}
