//! The disk that fails on order.

use io_store::{
    Batch, ClusterId, Epoch, Fault, Index, MachineTag, MemDisk, MemSnapshots, MemStore, Position, Snapshots, Store,
    Strike,
};

const CLUSTER: ClusterId = ClusterId([9; 16]);

fn batch(text: &str) -> Batch {
    let mut batch = Batch::new();
    for word in text.split(' ') {
        batch.push(MachineTag(1), 1, word.as_bytes()).unwrap();
    }
    batch
}

fn words(store: &dyn Store) -> Result<Vec<String>, Fault> {
    store
        .read(store.first())?
        .map(|entry| Ok(String::from_utf8_lossy(&entry?.record.bytes).into_owned()))
        .collect()
}

#[test]
fn a_torn_append_leaves_all_of_its_batch_or_nothing() {
    let whole = batch("c d").size_bytes();
    for keep_bytes in 0..=whole {
        for strike in [Strike::Write { keep_bytes }, Strike::Sync { keep_bytes }] {
            let disk = MemDisk::new(CLUSTER);
            let mut store = MemStore::open(&disk);
            store.append(Epoch(0), Index(0), &batch("a b")).unwrap();
            disk.arm(strike);
            assert!(matches!(
                store.append(Epoch(0), Index(2), &batch("c d")),
                Err(Fault::Io { .. })
            ));
            assert!(matches!(
                store.append(Epoch(0), Index(2), &batch("c d")),
                Err(Fault::Poisoned { .. })
            ));
            assert!(matches!(store.read(Index(1)).err(), Some(Fault::Poisoned { .. })));
            let store = MemStore::open(&disk);
            let expected: &[&str] = if keep_bytes == whole {
                &["a", "b", "c", "d"]
            } else {
                &["a", "b"]
            };
            assert_eq!(words(&store).unwrap(), expected, "{strike:?}");
            let struck = disk.struck();
            assert_eq!(struck.writes + struck.syncs, 1);
            assert_eq!(struck.torn_tails, u64::from(keep_bytes > 0 && keep_bytes < whole));
        }
    }
}

#[test]
fn a_machine_that_stops_at_any_byte_keeps_what_it_acknowledged() {
    for bytes in 0..400 {
        let disk = MemDisk::new(CLUSTER);
        disk.stop_after(Some(bytes));
        let mut store = MemStore::open(&disk);
        let mut acknowledged = 0;
        while store.append(Epoch(0), Index(acknowledged), &batch("word")).is_ok() {
            acknowledged += 1;
        }
        disk.stop_after(None);
        let mut store = MemStore::open(&disk);
        assert_eq!(store.last().index.0, acknowledged, "stopped after {bytes}");
        assert_eq!(words(&store).unwrap().len() as u64, acknowledged);
        store.append(Epoch(0), Index(acknowledged), &batch("again")).unwrap();
        assert_eq!(disk.struck().stops, 1);
    }
}

#[test]
fn a_full_disk_refuses_appends_and_nothing_else() {
    let disk = MemDisk::new(CLUSTER);
    let mut store = MemStore::open(&disk);
    store.append(Epoch(0), Index(0), &batch("a")).unwrap();
    store.append(Epoch(0), Index(1), &batch("b")).unwrap();
    disk.set_capacity(disk.used_bytes());
    assert!(matches!(
        store.append(Epoch(0), Index(2), &batch("c")),
        Err(Fault::Full { free_bytes: 0, .. })
    ));
    assert_eq!(words(&store).unwrap(), ["a", "b"]);
    store.truncate(Index(1)).unwrap();
    store.append(Epoch(0), Index(2), &batch("c")).unwrap();
    assert_eq!(words(&store).unwrap(), ["b", "c"]);
    assert_eq!(disk.struck().full, 1);
}

#[test]
fn a_flipped_bit_is_found_at_its_record() {
    let disk = MemDisk::new(CLUSTER);
    let mut store = MemStore::open(&disk);
    store.append(Epoch(0), Index(0), &batch("a b")).unwrap();
    store.append(Epoch(0), Index(2), &batch("c d e")).unwrap();
    // The last bits of the second batch belong to its last record.
    assert!(disk.flip_batch(Index(4), batch("c d e").size_bytes() * 8 - 1));
    let read: Vec<_> = store.read(Index(1)).unwrap().collect();
    assert_eq!(read.len(), 3);
    assert!(
        matches!(read[2], Err(Fault::Corrupt { index: Index(5), .. })),
        "{:?}",
        read[2]
    );
    assert!(!disk.flip_batch(Index(6), 0));
}

#[test]
fn a_store_opened_elsewhere_writes_no_more() {
    let disk = MemDisk::new(CLUSTER);
    let mut old = MemStore::open(&disk);
    let mut new = MemStore::open(&disk);
    assert!(matches!(
        old.append(Epoch(0), Index(0), &batch("a")),
        Err(Fault::Poisoned { .. })
    ));
    new.append(Epoch(0), Index(0), &batch("a")).unwrap();
}

#[test]
fn a_failed_fence_or_truncation_happened_or_did_not() {
    for (keep_bytes, happened) in [(0, false), (23, false), (24, true)] {
        let disk = MemDisk::new(CLUSTER);
        let mut store = MemStore::open(&disk);
        store.append(Epoch(0), Index(0), &batch("a")).unwrap();
        disk.arm(Strike::Sync { keep_bytes });
        assert!(store.fence(Epoch(5)).is_err());
        let mut store = MemStore::open(&disk);
        assert_eq!(store.held() == Epoch(5), happened);
        disk.arm(Strike::Sync { keep_bytes });
        assert!(store.truncate(Index(1)).is_err());
        assert_eq!(MemStore::open(&disk).first() == Index(2), happened);
    }
}

#[test]
fn snapshots_share_the_disk_and_its_faults() {
    let disk = MemDisk::new(CLUSTER);
    let mut store = MemStore::open(&disk);
    let mut snapshots = MemSnapshots::open(&disk, CLUSTER);
    let mut save = |index: u64| {
        let at = Position {
            epoch: Epoch(0),
            index: Index(index),
        };
        snapshots.save(at, &mut |out| out.write_all(format!("state at {index}").as_bytes()))
    };
    for index in 0..4 {
        store.append(Epoch(0), Index(index), &batch("x")).unwrap();
    }
    save(1).unwrap();
    save(2).unwrap();
    disk.arm(Strike::Write { keep_bytes: 61 });
    assert!(matches!(save(3), Err(Fault::Io { .. })));
    save(4).unwrap();
    assert_eq!(snapshots.list().unwrap(), [Index(4), Index(2)]);
    store.truncate(snapshots.cut().unwrap()).unwrap();
    assert!(disk.flip_snapshot(Index(4), 70 * 8));
    let restore = snapshots.restore(&store).unwrap();
    assert_eq!((restore.from, restore.damaged.len()), (Index(3), 1));
    let mut content = String::new();
    std::io::Read::read_to_string(&mut restore.snapshot.unwrap().content, &mut content).unwrap();
    assert_eq!(content, "state at 2");
    assert_eq!(store.read(restore.from).unwrap().count(), 2);
}
