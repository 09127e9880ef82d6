//! What every store promises, checked on each of them.

use io_store::{
    Batch, ClusterId, Entry, Epoch, Fault, FileOptions, FileStore, Index, MachineTag, MemDisk, MemStore, Position,
    Store,
};

const CLUSTER: ClusterId = ClusterId([7; 16]);

/// Runs `check` on each kind of store; `reopen` closes the store given to it and opens what it left.
fn on_each(check: impl Fn(Box<dyn Store>, &mut dyn FnMut(Box<dyn Store>) -> Box<dyn Store>)) {
    let disk = MemDisk::new(CLUSTER);
    check(Box::new(MemStore::open(&disk)), &mut |old| {
        drop(old);
        Box::new(MemStore::open(&disk))
    });
    let dir = tempfile::tempdir().unwrap();
    let options = FileOptions {
        headroom_bytes: 0,
        new_cluster: Some(CLUSTER),
    };
    check(Box::new(FileStore::open(dir.path(), &options).unwrap()), &mut |old| {
        drop(old);
        Box::new(FileStore::open(dir.path(), &FileOptions::default()).unwrap())
    });
}

fn batch(records: &[&str]) -> Batch {
    let mut batch = Batch::new();
    for record in records {
        batch.push(MachineTag(3), 2, record.as_bytes()).unwrap();
    }
    batch
}

/// Epoch, index and text of everything from `from` on.
fn read(store: &dyn Store, from: u64) -> Vec<(u64, u64, String)> {
    let entries: Vec<Entry> = store.read(Index(from)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(
        entries
            .iter()
            .all(|entry| (entry.record.machine, entry.record.version) == (MachineTag(3), 2))
    );
    entries
        .into_iter()
        .map(|entry| {
            (
                entry.epoch.0,
                entry.index.0,
                String::from_utf8(entry.record.bytes.to_vec()).unwrap(),
            )
        })
        .collect()
}

fn said(epoch: u64, index: u64, text: &str) -> (u64, u64, String) {
    (epoch, index, text.to_string())
}

#[test]
fn records_come_back_in_order_after_a_restart() {
    on_each(|mut store, reopen| {
        assert_eq!(
            (store.last(), store.first(), store.held()),
            (Position::default(), Index(1), Epoch(0))
        );
        assert_eq!(read(&*store, 1), vec![]);
        store.fence(Epoch(4)).unwrap();
        assert_eq!(
            store.append(Epoch(4), Index(0), &batch(&["a", "b", ""])).unwrap(),
            Index(3)
        );
        store.fence(Epoch(6)).unwrap();
        assert_eq!(store.append(Epoch(6), Index(3), &batch(&["d"])).unwrap(), Index(4));
        let store = reopen(store);
        assert_eq!(store.cluster(), CLUSTER);
        assert_eq!(
            (store.last(), store.held()),
            (
                Position {
                    epoch: Epoch(6),
                    index: Index(4)
                },
                Epoch(6)
            )
        );
        assert_eq!(
            read(&*store, 1),
            [said(4, 1, "a"), said(4, 2, "b"), said(4, 3, ""), said(6, 4, "d")]
        );
        assert_eq!(read(&*store, 3), [said(4, 3, ""), said(6, 4, "d")]);
        assert_eq!(read(&*store, 5), []);
        assert!(matches!(
            store.read(Index(6)).err(),
            Some(Fault::Range { asked: Index(6), .. })
        ));
        assert!(matches!(
            store.read(Index(0)).err(),
            Some(Fault::Range {
                first: Index(1),
                last: Index(4),
                ..
            })
        ));
    });
}

#[test]
fn an_old_leader_is_fenced() {
    on_each(|mut store, reopen| {
        store.fence(Epoch(2)).unwrap();
        store.append(Epoch(2), Index(0), &batch(&["old"])).unwrap();
        store.fence(Epoch(3)).unwrap();
        let mut store = reopen(store);
        let refused = store.append(Epoch(2), Index(1), &batch(&["late"])).unwrap_err();
        assert!(
            matches!(
                refused,
                Fault::Fenced {
                    held: Epoch(3),
                    asked: Epoch(2)
                }
            ),
            "{refused}"
        );
        assert!(matches!(store.fence(Epoch(2)), Err(Fault::Fenced { .. })));
        assert!(matches!(
            store.append(Epoch(9), Index(1), &batch(&["early"])),
            Err(Fault::Fenced { .. })
        ));
        store.fence(Epoch(3)).unwrap();
        store.append(Epoch(3), Index(1), &batch(&["new"])).unwrap();
        assert_eq!(read(&*store, 1), [said(2, 1, "old"), said(3, 2, "new")]);
    });
}

#[test]
fn an_append_at_the_wrong_place_is_a_conflict_and_changes_nothing() {
    on_each(|mut store, _| {
        store.append(Epoch(0), Index(0), &batch(&["a", "b"])).unwrap();
        for wrong in [0, 1, 3] {
            let refused = store.append(Epoch(0), Index(wrong), &batch(&["x"])).unwrap_err();
            assert!(
                matches!(refused, Fault::Conflict { last: Index(2), prev } if prev == Index(wrong)),
                "{refused}"
            );
        }
        assert!(matches!(
            store.append(Epoch(0), Index(1), &batch(&[])),
            Err(Fault::Conflict { .. })
        ));
        assert_eq!(store.append(Epoch(0), Index(2), &batch(&[])).unwrap(), Index(2));
        assert_eq!(read(&*store, 1).len(), 2);
    });
}

#[test]
fn truncation_goes_by_whole_batches_and_keeps_the_end() {
    on_each(|mut store, reopen| {
        store.fence(Epoch(1)).unwrap();
        for (prev, records) in [(0, ["a", "b"]), (2, ["c", "d"]), (4, ["e", "f"])] {
            store.append(Epoch(1), Index(prev), &batch(&records)).unwrap();
        }
        store.truncate(Index(3)).unwrap();
        assert_eq!(store.first(), Index(3));
        assert_eq!(read(&*store, 3).first(), Some(&said(1, 3, "c")));
        store.truncate(Index(1)).unwrap();
        assert_eq!(store.first(), Index(3));
        assert!(matches!(
            store.truncate(Index(7)),
            Err(Fault::Range { last: Index(6), .. })
        ));
        assert!(matches!(
            store.read(Index(2)).err(),
            Some(Fault::Range { first: Index(3), .. })
        ));

        let mut store = reopen(store);
        assert_eq!(store.first(), Index(3));
        store.truncate(Index(4)).unwrap();
        assert_eq!(store.first(), Index(5));
        store.truncate(Index(6)).unwrap();
        let mut store = reopen(store);
        assert_eq!(
            (store.first(), store.last()),
            (
                Index(7),
                Position {
                    epoch: Epoch(1),
                    index: Index(6)
                }
            )
        );
        assert_eq!(read(&*store, 7), []);
        store.append(Epoch(1), Index(6), &batch(&["g"])).unwrap();
        assert_eq!(read(&*reopen(store), 7), [said(1, 7, "g")]);
    });
}

#[test]
fn a_batch_at_the_limit_is_stored() {
    on_each(|mut store, reopen| {
        let mut largest = Batch::new();
        let mut sizes = Vec::new();
        while largest
            .push(MachineTag(1), 1, &vec![0xa5; 65_000 + sizes.len()])
            .is_ok()
        {
            sizes.push(65_000 + sizes.len());
        }
        store.append(Epoch(0), Index(0), &largest).unwrap();
        let store = reopen(store);
        let read: Vec<usize> = store
            .read(Index(1))
            .unwrap()
            .map(|entry| entry.unwrap().record.bytes.len())
            .collect();
        assert_eq!(read, sizes);
    });
}

#[test]
fn a_new_journal_draws_an_identity_and_keeps_it() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let draw = |n: usize| {
        FileStore::open(dirs[n].path(), &FileOptions::default())
            .unwrap()
            .cluster()
    };
    let (first, second) = (draw(0), draw(1));
    assert_ne!(first, second);
    assert_eq!(draw(0), first);
}

#[test]
fn a_second_opener_is_told_who_has_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path(), &FileOptions::default()).unwrap();
    let refused = FileStore::open(dir.path(), &FileOptions::default()).unwrap_err();
    assert!(
        matches!(refused, Fault::Locked { holder: Some(pid), .. } if pid == std::process::id()),
        "{refused}"
    );
    drop(store);
    FileStore::open(dir.path(), &FileOptions::default()).unwrap();
}

#[cfg(unix)]
#[test]
fn the_directory_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("state");
    let _store = FileStore::open(&inner, &FileOptions::default()).unwrap();
    assert_eq!(inner.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}
