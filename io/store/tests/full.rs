//! A disk that fills up: a small one where mounting is allowed, and a large one with too much headroom.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use io_store::{
    Batch, ClusterId, Entry, Epoch, Fault, FileOptions, FileSnapshots, FileStore, Index, MachineTag, Position,
    Snapshots, Store,
};

const DISK_MIB: u64 = 24;
const HEADROOM_BYTES: u64 = 2 << 20;

/// A file system of its own in memory, gone when dropped.
struct Tmpfs {
    _parent: tempfile::TempDir,
    dir: PathBuf,
}

impl Tmpfs {
    /// `None`, with the reason on standard error, where mounting is refused.
    fn mount() -> Option<Tmpfs> {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("disk");
        fs::create_dir(&dir).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={DISK_MIB}m"), "harmony-test"])
            .arg(&dir);
        match mount.output() {
            Ok(output) if output.status.success() => Some(Tmpfs { _parent: parent, dir }),
            Ok(output) => {
                eprintln!(
                    "skipped, mount is refused: {}",
                    String::from_utf8_lossy(&output.stderr).trim()
                );
                None
            }
            Err(error) => {
                skipped(&format!("no mount command: {error}"));
                None
            }
        }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.dir).status();
        assert!(
            unmounted.is_ok_and(|status| status.success()),
            "cannot unmount {}",
            self.dir.display()
        );
    }
}

/// Says why to the terminal itself: what a passing test prints is swallowed.
fn skipped(why: &str) {
    let line = format!("skipped the tests on a small disk, {why}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn options() -> FileOptions {
    FileOptions {
        headroom_bytes: HEADROOM_BYTES,
        new_cluster: None,
    }
}

fn batch() -> Batch {
    let mut batch = Batch::new();
    for n in 0..100u8 {
        batch.push(MachineTag(1), 1, &[n; 2_000]).unwrap();
    }
    batch
}

/// Appends until the disk is full.
fn fill(store: &mut FileStore) -> Fault {
    loop {
        if let Err(fault) = store.append(Epoch(0), store.last().index, &batch()) {
            return fault;
        }
    }
}

fn count(store: &FileStore) -> u64 {
    let entries: Result<Vec<Entry>, Fault> = store.read(store.first()).unwrap().collect();
    entries.unwrap().len() as u64
}

fn bytes(dir: &Path) -> Vec<u8> {
    fs::read(dir.join(FileStore::FILE_NAME)).unwrap()
}

#[test]
fn full_is_found_before_the_write_and_passes_when_space_is_freed() {
    let Some(disk) = Tmpfs::mount() else { return };
    let ballast = disk.dir.join("ballast");
    fs::write(&ballast, vec![0; 8 << 20]).unwrap();
    let state = disk.dir.join("state");
    let mut store = FileStore::open(&state, &options()).unwrap();
    let full = fill(&mut store);
    assert!(
        matches!(full, Fault::Full { free_bytes, needed_bytes, .. } if free_bytes < needed_bytes),
        "{full}"
    );
    let (last, before) = (store.last(), bytes(&state));
    assert!(last.index.0 >= 100);
    assert!(matches!(fill(&mut store), Fault::Full { .. }));
    assert_eq!(bytes(&state), before, "a refused append writes nothing");
    assert_eq!((store.last(), count(&store)), (last, last.index.0));
    store.fence(Epoch(0)).unwrap();

    fs::remove_file(&ballast).unwrap();
    store.append(Epoch(0), last.index, &batch()).unwrap();
    drop(store);
    let store = FileStore::open(&state, &options()).unwrap();
    assert_eq!(count(&store), last.index.0 + 100);
}

#[test]
fn cutting_the_journal_makes_room_on_a_full_disk() {
    let Some(disk) = Tmpfs::mount() else { return };
    let mut store = FileStore::open(&disk.dir.join("state"), &options()).unwrap();
    assert!(matches!(fill(&mut store), Fault::Full { .. }));
    let last = store.last().index;
    store.truncate(Index(last.0 - 100)).unwrap();
    assert_eq!(count(&store), 100);
    store.append(Epoch(0), last, &batch()).unwrap();
    assert_eq!(count(&store), 200);
}

#[test]
fn a_snapshot_that_does_not_fit_leaves_nothing_behind() {
    let Some(disk) = Tmpfs::mount() else { return };
    let mut snapshots = FileSnapshots::open(&disk.dir, ClusterId([1; 16]), HEADROOM_BYTES).unwrap();
    let refused = snapshots.save(Position::default(), &mut |out| {
        for _ in 0..DISK_MIB {
            out.write_all(&vec![1; 1 << 20])?;
        }
        Ok(())
    });
    assert!(matches!(refused, Err(Fault::Full { .. })), "{refused:?}");
    assert_eq!(fs::read_dir(&disk.dir).unwrap().count(), 0);
}

#[test]
fn headroom_alone_makes_a_disk_full() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = FileStore::open(dir.path(), &options()).unwrap();
    store.append(Epoch(0), Index(0), &batch()).unwrap();
    drop(store);
    let cramped = FileOptions {
        headroom_bytes: u64::MAX / 2,
        new_cluster: None,
    };
    let mut store = FileStore::open(dir.path(), &cramped).unwrap();
    assert!(matches!(
        store.append(Epoch(0), Index(100), &batch()),
        Err(Fault::Full { .. })
    ));
    assert_eq!(count(&store), 100);
    let refused = FileStore::open(&dir.path().join("other"), &cramped).unwrap_err();
    assert!(matches!(refused, Fault::Full { .. }), "{refused}");
}
