//! Snapshot files: crashes at every byte, damage, and how they let the journal be cut.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use io_store::{
    Batch, ClusterId, Epoch, Fault, FileOptions, FileSnapshots, FileStore, Index, MachineTag, Position, Snapshots,
    Store,
};

const CLUSTER: ClusterId = ClusterId([3; 16]);

fn open(dir: &Path) -> FileSnapshots {
    FileSnapshots::open(dir, CLUSTER, 0).unwrap()
}

fn save(snapshots: &mut FileSnapshots, index: u64) -> Result<(), Fault> {
    let at = Position {
        epoch: Epoch(2),
        index: Index(index),
    };
    snapshots.save(at, &mut |out| out.write_all(content(index).as_bytes()))
}

fn content(index: u64) -> String {
    format!("the state of all machines at {index}")
}

/// The newest snapshot that is good.
fn newest(snapshots: &FileSnapshots) -> Option<(Position, String)> {
    let mut good = snapshots
        .list()
        .unwrap()
        .into_iter()
        .filter_map(|index| snapshots.open(index).ok());
    good.next().map(|mut snapshot| {
        let mut text = String::new();
        snapshot.content.read_to_string(&mut text).unwrap();
        assert_eq!(text.len() as u64, snapshot.length_bytes);
        (snapshot.at, text)
    })
}

fn expect(index: u64) -> Option<(Position, String)> {
    Some((
        Position {
            epoch: Epoch(2),
            index: Index(index),
        },
        content(index),
    ))
}

/// A journal of `records` one-record batches in `dir`.
fn journal(dir: &Path, records: u64) -> FileStore {
    let options = FileOptions {
        headroom_bytes: 0,
        new_cluster: Some(CLUSTER),
    };
    let mut store = FileStore::open(dir, &options).unwrap();
    for prev in 0..records {
        let mut batch = Batch::new();
        batch
            .push(MachineTag(1), 1, format!("record {}", prev + 1).as_bytes())
            .unwrap();
        store.append(Epoch(0), Index(prev), &batch).unwrap();
    }
    store
}

#[test]
fn the_two_newest_good_ones_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut snapshots = open(dir.path());
    assert_eq!(snapshots.cut().unwrap(), Index(0));
    save(&mut snapshots, 10).unwrap();
    assert_eq!(snapshots.cut().unwrap(), Index(0));
    for index in [20, 30, 40] {
        save(&mut snapshots, index).unwrap();
    }
    assert_eq!(snapshots.list().unwrap(), [Index(40), Index(30)]);
    assert_eq!(snapshots.cut().unwrap(), Index(30));
    flip(&snapshots.path(Index(40)), 70);
    assert_eq!(snapshots.cut().unwrap(), Index(0));
    save(&mut snapshots, 50).unwrap();
    assert_eq!(snapshots.list().unwrap(), [Index(50), Index(40), Index(30)]);
    assert_eq!(snapshots.cut().unwrap(), Index(30));
    assert_eq!(newest(&open(dir.path())), expect(50));
}

#[test]
fn a_crash_at_every_byte_leaves_the_previous_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut snapshots = open(dir.path());
    save(&mut snapshots, 1).unwrap();
    save(&mut snapshots, 2).unwrap();
    let path = snapshots.path(Index(2));
    let whole = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let temporary = path.with_extension("part");
    for len in 0..=whole.len() {
        // Before the rename, and after one that reached the disk although the content did not.
        fs::write(&temporary, &whole[..len]).unwrap();
        let reopened = open(dir.path());
        assert_eq!(newest(&reopened), expect(1), "crash after {len} bytes");
        assert!(!temporary.exists());
        fs::write(&path, &whole[..len]).unwrap();
        assert_eq!(
            newest(&reopened),
            expect(if len == whole.len() { 2 } else { 1 }),
            "cut to {len} bytes"
        );
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn every_flipped_bit_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut snapshots = open(dir.path());
    save(&mut snapshots, 5).unwrap();
    let path = snapshots.path(Index(5));
    let whole = fs::read(&path).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut bad = whole.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bad).unwrap();
        let refused = snapshots
            .open(Index(5))
            .expect_err(&format!("bit {bit} went unnoticed"));
        assert!(
            matches!(refused, Fault::Corrupt { index: Index(5), .. }),
            "bit {bit}: {refused}"
        );
    }
    fs::write(&path, [whole.as_slice(), b"more"].concat()).unwrap();
    assert!(matches!(snapshots.open(Index(5)), Err(Fault::Corrupt { .. })));
}

#[test]
fn a_writer_that_fails_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut snapshots = open(dir.path());
    save(&mut snapshots, 1).unwrap();
    let at = Position {
        epoch: Epoch(2),
        index: Index(2),
    };
    let failed = snapshots.save(at, &mut |out| {
        out.write_all(b"half")?;
        Err(io::Error::other("the machine would not be written"))
    });
    assert!(
        failed
            .unwrap_err()
            .to_string()
            .contains("the machine would not be written")
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(newest(&snapshots), expect(1));
}

#[test]
fn a_disk_without_headroom_is_full_and_keeps_the_previous_one() {
    let dir = tempfile::tempdir().unwrap();
    save(&mut open(dir.path()), 1).unwrap();
    let mut cramped = FileSnapshots::open(dir.path(), CLUSTER, u64::MAX / 2).unwrap();
    assert!(matches!(save(&mut cramped, 2), Err(Fault::Full { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(newest(&cramped), expect(1));
}

#[test]
fn one_of_another_cluster_or_a_newer_release_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut snapshots = open(dir.path());
    save(&mut snapshots, 1).unwrap();
    let other = FileSnapshots::open(dir.path(), ClusterId([4; 16]), 0).unwrap();
    assert!(matches!(
        other.open(Index(1)),
        Err(Fault::Foreign { found: CLUSTER, .. })
    ));
    let path = snapshots.path(Index(1));
    let mut newer = fs::read(&path).unwrap();
    newer[8] = 2;
    let sum = crc32c::crc32c(&newer[..56]);
    newer[56..60].copy_from_slice(&sum.to_le_bytes());
    fs::write(&path, newer).unwrap();
    assert!(matches!(
        snapshots.open(Index(1)),
        Err(Fault::Version {
            found: 2,
            supported: 1,
            ..
        })
    ));
}

#[test]
fn a_damaged_newest_falls_back_because_the_journal_still_covers_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = journal(dir.path(), 6);
    let mut snapshots = open(&dir.path().join("snapshots"));
    assert_eq!(snapshots.restore(&store).unwrap().from, Index(1));
    save(&mut snapshots, 2).unwrap();
    save(&mut snapshots, 4).unwrap();
    store.truncate(snapshots.cut().unwrap()).unwrap();
    drop(store);

    let store = FileStore::open(dir.path(), &FileOptions::default()).unwrap();
    assert_eq!(store.first(), Index(3));
    let restore = snapshots.restore(&store).unwrap();
    assert_eq!((restore.snapshot.unwrap().at.index, restore.from), (Index(4), Index(5)));

    flip(&snapshots.path(Index(4)), 80);
    let restore = snapshots.restore(&store).unwrap();
    assert_eq!((restore.snapshot.unwrap().at.index, restore.from), (Index(2), Index(3)));
    assert!(matches!(restore.damaged[..], [Fault::Corrupt { index: Index(4), .. }]));
    let replayed: Vec<u64> = store
        .read(restore.from)
        .unwrap()
        .map(|entry| entry.unwrap().index.0)
        .collect();
    assert_eq!(replayed, [3, 4, 5, 6]);

    flip(&snapshots.path(Index(2)), 80);
    let lost = snapshots.restore(&store).unwrap_err();
    assert!(
        matches!(lost, Fault::Corrupt { .. }) && lost.to_string().contains("a start at 3"),
        "{lost}"
    );
}

#[test]
fn a_journal_that_ends_before_its_snapshot_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = journal(dir.path(), 3);
    let mut snapshots = open(&dir.path().join("snapshots"));
    save(&mut snapshots, 4).unwrap();
    let refused = snapshots.restore(&store).unwrap_err();
    assert!(matches!(refused, Fault::Corrupt { index: Index(4), .. }), "{refused}");
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}
