//! The directories of volumes: made, wiped, and moved aside. All of it may be done again after a crash at any place.

use std::{fs, io, path::Path, path::PathBuf};

use core_agent::{Agent, Leftover, Volume};
use io_runtime::Sandbox;
use tracing::{info, warn};
use wire_link::{Birth, Failure};

use super::{is_mount, path, root};

/// Brings all directories to where the machine wants them; gives what can't be done.
pub(super) fn make(dir: &Path, agent: &Agent) -> Vec<Failure> {
    let mut failures = Vec::new();
    for leftover in agent.wiped() {
        if let Err(error) = wipe(dir, leftover) {
            failures.push(failure(&leftover.birth, &leftover.resource, &error));
        }
    }
    for volume in agent.volumes() {
        let Some(birth) = agent.birth_of_new(volume) else {
            keep(dir, agent, volume);
            continue;
        };
        let blocked = failures.iter().find(|failure| {
            let failed = Volume::of(&failure.resource);
            failed.is_some_and(|failed| failed.shares_place_with(volume))
        });
        let made = match blocked {
            Some(other) => Err(io::Error::other(format!(
                "its place is still taken by a destroyed volume: {}",
                other.why
            ))),
            None => create(dir, agent, volume, birth),
        };
        if let Err(error) = made {
            failures.push(failure(birth, volume.resource, &error));
        }
    }
    for orphan in agent.orphans() {
        let path = place(dir, orphan).unwrap_or_default();
        warn!(role = %orphan.birth.role, id = %orphan.birth.id, path = %path.display(),
            "a persistent volume that the master does not know any more is kept");
    }
    failures
}

/// A volume that was there before. It may have been an orphan meanwhile whose place another one had.
fn keep(dir: &Path, agent: &Agent, volume: Volume<'_>) {
    let path = path(dir, volume);
    let birth = agent.holdings().born(volume.role, volume.id);
    let aside = birth.map(|birth| (birth, aside(dir, volume, birth)));
    let kept = match aside.filter(|(_, aside)| aside.is_dir() && !is_mount(volume)) {
        Some((birth, aside)) => {
            let cleared = clear(dir, agent, volume, birth).and_then(|()| fs::remove_dir(&path).or_else(not_found));
            cleared.and_then(|()| fs::rename(aside, &path))
        }
        None => Ok(()),
    };
    let kept = kept.and_then(|()| {
        let there = Sandbox::create(&path, None).map(drop);
        there.map_err(io::Error::other)
    });
    if let Err(error) = kept {
        warn!(path = %path.display(), %error, "a persistent volume is not in its place");
    }
}

/// A new volume starts empty: what is found in its place is moved aside, and never handed on. A disk's own directory can't be
/// moved; it must be empty.
fn create(dir: &Path, agent: &Agent, volume: Volume<'_>, birth: &Birth) -> io::Result<()> {
    clear(dir, agent, volume, birth)?;
    Sandbox::create(path(dir, volume), None)
        .map(drop)
        .map_err(io::Error::other)
}

fn clear(dir: &Path, agent: &Agent, volume: Volume<'_>, birth: &Birth) -> io::Result<()> {
    let path = path(dir, volume);
    let full = match fs::read_dir(&path) {
        Ok(entries) => entries.flatten().any(|entry| entry.file_name() != "lost+found"),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_mount(volume) => false,
        Err(error) => return Err(at(&path, &error)),
    };
    if full && is_mount(volume) {
        return Err(at(&path, &io::Error::other("the disk is not empty")));
    }
    if full {
        // What is nobody's gets the name of the volume that it had to make room for.
        let owner = agent.orphans().iter().find(|orphan| {
            let place = Volume::of(&orphan.resource);
            !orphan.aside && place.is_some_and(|place| place.shares_place_with(volume))
        });
        let owner = owner.map_or(birth, |orphan| &orphan.birth);
        let aside = aside(dir, volume, owner);
        warn!(path = %path.display(), aside = %aside.display(), "data in the place of a new persistent volume is moved aside");
        if let Some(parent) = aside.parent() {
            fs::create_dir_all(parent).map_err(|error| at(parent, &error))?;
        }
        fs::rename(&path, &aside).map_err(|error| at(&path, &error))?;
    }
    Ok(())
}

/// Wipes a destroyed volume. One that never was there has nothing but an empty directory of its own.
fn wipe(dir: &Path, leftover: &Leftover) -> io::Result<()> {
    let Some(volume) = Volume::of(&leftover.resource) else {
        return Ok(());
    };
    let path = place(dir, leftover).unwrap_or_default();
    if leftover.fresh {
        if !is_mount(volume) {
            drop(fs::remove_dir(&path));
        }
        return Ok(());
    }
    remove(&path, is_mount(volume)).map_err(|error| at(&path, &error))?;
    info!(path = %path.display(), "a persistent volume is wiped");
    Ok(())
}

/// Where a volume that is not held any more has its data.
pub(crate) fn place(dir: &Path, leftover: &Leftover) -> Option<PathBuf> {
    let volume = Volume::of(&leftover.resource)?;
    Some(if leftover.aside {
        aside(dir, volume, &leftover.birth)
    } else {
        path(dir, volume)
    })
}

/// Where the data of an orphan goes when another volume needs its place: on the same file system.
fn aside(dir: &Path, volume: Volume<'_>, birth: &Birth) -> PathBuf {
    let orphans = root(dir, volume).join("volumes").join("orphans");
    let of_role = orphans.join(volume.role.as_str().replace('/', " ")).join(volume.id);
    of_role.join(format!("{:016x}-{}", birth.leadership, birth.version))
}

/// Removes all that is in a directory, and itself unless it is a disk's own.
fn remove(path: &Path, contents_only: bool) -> io::Result<()> {
    if !contents_only {
        return fs::remove_dir_all(path).or_else(not_found);
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
        removed.or_else(not_found)?;
    }
    Ok(())
}

fn not_found(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

fn failure(birth: &Birth, resource: &model_resources::Resource, error: &io::Error) -> Failure {
    warn!(role = %birth.role, id = %birth.id, %error, "a persistent volume can't be created or wiped");
    Failure {
        birth: birth.clone(),
        resource: resource.clone(),
        why: error.to_string(),
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use base_clock::Timestamp;
    use core_agent::Event;
    use core_machine::Machine;
    use model_resources::{Disk, Name, Persistence, Reservation, Resource, Role, Scalar};
    use wire_link::Holdings;

    use super::*;

    fn volume(id: &str) -> Resource {
        let persistence = Some(Persistence {
            id: id.into(),
            principal: None,
        });
        Resource::new(Name::Disk, Scalar::from_units(1))
            .with_reservation(Reservation::dynamic(Role::new("db").unwrap(), None))
            .with_disk(Disk {
                persistence,
                volume: None,
                source: None,
            })
    }

    /// Has these holdings, made twice as after a crash; what failed of them.
    fn have(dir: &Path, agent: &mut Agent, holdings: &Holdings) -> Vec<Failure> {
        let (holdings, index) = (holdings.clone(), 0);
        let version = holdings.version;
        agent.apply(Timestamp::EPOCH, &Event::HoldingsOrdered { holdings, index });
        make(dir, agent);
        let failures = make(dir, agent);
        if failures.is_empty() {
            agent.apply(Timestamp::EPOCH, &Event::VolumesMade { version });
        }
        failures
    }

    #[test]
    fn only_what_was_destroyed_is_wiped() {
        let dir = tempfile::tempdir().unwrap();
        let (mut agent, roles) = (Agent::default(), dir.path().join("volumes/roles/db"));
        let written = |id: &str, text: &str| fs::write(roles.join(id).join("file"), text).unwrap();
        let read = |id: &str| fs::read_to_string(roles.join(id).join("file")).ok();
        let (a, b, c) = (volume("a"), volume("b"), volume("c"));
        let first = Holdings::default().next(1, [a.clone(), b.clone(), c.clone()].into_iter().collect());
        assert_eq!(have(dir.path(), &mut agent, &first), []);
        for id in ["a", "b", "c"] {
            written(id, "first");
        }
        // Another journal knows only of another `a`.
        let other = Holdings::default().following(5, 2, a.clone().into(), &[]);
        assert_eq!(have(dir.path(), &mut agent, &other), []);
        assert_eq!((read("a"), read("b")), (None, Some("first".into())));
        let aside = dir.path().join("volumes/orphans/db/a/0000000000000001-1/file");
        assert_eq!(fs::read_to_string(&aside).unwrap(), "first");
        written("a", "second");
        // The first one is back, and has destroyed `b`. The second `a` makes room.
        let back = first.following(6, 1, [a, c].into_iter().collect(), &[]);
        assert_eq!(have(dir.path(), &mut agent, &back), []);
        assert_eq!(
            (read("a"), read("b"), read("c")),
            (Some("first".into()), None, Some("first".into()))
        );
        assert!(!roles.join("b").exists());
        let aside = dir.path().join("volumes/orphans/db/a/0000000000000002-5/file");
        assert_eq!(fs::read_to_string(aside).unwrap(), "second");
        let none = back.next(1, model_resources::Resources::new());
        assert_eq!(have(dir.path(), &mut agent, &none), []);
        assert_eq!((read("a"), read("c")), (None, None));
    }

    #[test]
    fn what_cannot_be_made_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let mut agent = Agent::default();
        fs::write(dir.path().join("volumes"), "in the way").unwrap();
        let first = Holdings::default().next(1, volume("a").into());
        let failures = have(dir.path(), &mut agent, &first);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].birth, first.born[0]);
        assert!(failures[0].why.contains("volumes/roles/db/a"), "{}", failures[0].why);
    }

    #[test]
    fn a_mount_keeps_its_own_directory() {
        let dir = tempfile::tempdir().unwrap();
        let (mount, root) = (dir.path().join("mount"), dir.path().join("root"));
        for path in [&mount, &root] {
            fs::create_dir_all(path.join("deep")).unwrap();
            fs::write(path.join("file"), "x").unwrap();
        }
        remove(&mount, true).unwrap();
        remove(&root, false).unwrap();
        remove(&root, false).unwrap();
        assert_eq!(fs::read_dir(&mount).unwrap().count(), 0);
        assert!(!root.exists());
    }
}
