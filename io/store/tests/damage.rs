//! Damaged journal files: a clear fault, never a panic, never wrong records.

use std::fs;
use std::path::{Path, PathBuf};

use io_store::{Batch, Epoch, Fault, FileOptions, FileStore, Index, MachineTag, Store};

const BATCHES: u64 = 12;
const PER_BATCH: u64 = 20;

fn content(index: u64) -> String {
    format!("<record number {index:06} {}>", "x".repeat((index % 50) as usize))
}

/// A journal whose file is closed, and its bytes.
fn journal(dir: &Path) -> (PathBuf, Vec<u8>) {
    drop(open_journal(dir));
    let path = dir.join(FileStore::FILE_NAME);
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

fn open_journal(dir: &Path) -> FileStore {
    let mut store = FileStore::open(dir, &FileOptions::default()).unwrap();
    for _ in 0..BATCHES {
        let prev = store.last().index;
        let mut batch = Batch::new();
        for n in 1..=PER_BATCH {
            batch.push(MachineTag(1), 1, content(prev.0 + n).as_bytes()).unwrap();
        }
        store.append(Epoch(0), prev, &batch).unwrap();
    }
    store
}

/// Opens and reads everything: how many records came back right before the end or the first fault.
fn read_all(dir: &Path) -> (u64, Option<Fault>) {
    let store = match FileStore::open(dir, &FileOptions::default()) {
        Ok(store) => store,
        Err(fault) => return (0, Some(fault)),
    };
    let entries = match store.read(Index(1)) {
        Ok(entries) => entries,
        Err(fault) => return (0, Some(fault)),
    };
    let mut good = 0;
    for entry in entries {
        match entry {
            Ok(entry) => {
                good += 1;
                assert_eq!(entry.index, Index(good));
                assert_eq!(entry.record.bytes, content(good));
            }
            Err(fault) => return (good, Some(fault)),
        }
    }
    (good, None)
}

fn positions(haystack: &[u8], needle: &[u8]) -> Vec<usize> {
    (0..haystack.len() - needle.len())
        .filter(|at| haystack[*at..].starts_with(needle))
        .collect()
}

#[test]
fn a_flipped_bit_in_a_record_is_reported_with_its_index() {
    let dir = tempfile::tempdir().unwrap();
    let (path, good) = journal(dir.path());
    for index in [1, 2, 20, 21, 100, 133, BATCHES * PER_BATCH] {
        let mut bad = good.clone();
        for at in positions(&good, content(index).as_bytes()) {
            bad[at + 9] ^= 0x04;
        }
        assert_ne!(bad, good);
        fs::write(&path, bad).unwrap();
        let (before, fault) = read_all(dir.path());
        let fault = fault.expect("the flipped bit went unnoticed");
        assert!(
            matches!(fault, Fault::Corrupt { index: found, .. } if found == Index(index)),
            "{index}: {fault}"
        );
        assert!(fault.to_string().contains("journal.redb"), "{fault}");
        assert!(before < index);
    }
    fs::write(&path, &good).unwrap();
    assert!(matches!(read_all(dir.path()), (240, None)));
}

/// After a kill the embedded store checks its file before it opens; the index must come out all the same.
#[test]
fn a_flipped_bit_is_reported_with_its_index_after_an_unclean_end_too() {
    let (running, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open_journal(running.path());
    let good = fs::read(running.path().join(FileStore::FILE_NAME)).unwrap();
    drop(store);
    let path = crashed.path().join(FileStore::FILE_NAME);
    fs::write(&path, &good).unwrap();
    assert!(matches!(read_all(crashed.path()), (240, None)));
    for index in [1, 2, 20, 21, 100, 133, BATCHES * PER_BATCH] {
        let mut bad = good.clone();
        for at in positions(&good, content(index).as_bytes()) {
            bad[at + 9] ^= 0x04;
        }
        fs::write(&path, bad).unwrap();
        let (_, fault) = read_all(crashed.path());
        let fault = fault.unwrap_or_else(|| panic!("the flipped bit in {index} went unnoticed"));
        // A batch that only the last commit has is found missing from its first record on.
        let first = (index - 1) / PER_BATCH * PER_BATCH + 1;
        let whole_batch_lost = index > (BATCHES - 1) * PER_BATCH;
        let expected = if whole_batch_lost { first } else { index };
        assert!(
            matches!(fault, Fault::Corrupt { index: found, .. } if found == Index(expected)),
            "{index}: {fault}"
        );
    }
}

/// Wherever a byte is damaged: all records come back right, or the fault says that the file is damaged.
#[test]
fn damage_anywhere_in_the_file_is_a_clear_fault() {
    let dir = tempfile::tempdir().unwrap();
    let (path, good) = journal(dir.path());
    let (mut unharmed, mut reported) = (0, 0);
    let places = (0..400).chain((400..good.len()).step_by(1021));
    for at in places {
        for pattern in [0x01, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= pattern;
            fs::write(&path, bad).unwrap();
            match read_all(dir.path()) {
                (found, None) => {
                    assert_eq!(
                        found,
                        BATCHES * PER_BATCH,
                        "byte {at} ^ {pattern:#x} lost records unnoticed"
                    );
                    unharmed += 1;
                }
                (_, Some(Fault::Corrupt { .. } | Fault::Version { .. })) => reported += 1,
                (_, Some(fault)) => panic!("byte {at} ^ {pattern:#x}: {fault}"),
            }
        }
    }
    assert!(unharmed > 0 && reported > 0, "{unharmed} unharmed, {reported} reported");
}

#[test]
fn a_file_cut_in_the_middle_is_a_clear_fault() {
    let dir = tempfile::tempdir().unwrap();
    let (path, good) = journal(dir.path());
    for len in (0..400).step_by(7).chain((400..good.len()).step_by(4093)) {
        fs::write(&path, &good[..len]).unwrap();
        let (_, fault) = read_all(dir.path());
        assert!(matches!(fault, Some(Fault::Corrupt { .. })), "cut to {len}: {fault:?}");
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            len as u64,
            "a damaged file is left as evidence"
        );
    }
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FileStore::FILE_NAME);
    let text = b"this was somebody's letter, not a journal\n".repeat(400);
    fs::write(&path, &text).unwrap();
    let refused = FileStore::open(dir.path(), &FileOptions::default()).unwrap_err();
    assert!(matches!(refused, Fault::Corrupt { .. }), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), text);
}

#[test]
fn a_journal_half_created_by_a_crash_is_created_anew() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("journal.new"), b"half").unwrap();
    let store = FileStore::open(dir.path(), &FileOptions::default()).unwrap();
    assert_eq!(store.last().index, Index(0));
    assert!(!dir.path().join("journal.new").exists());
}

#[test]
fn a_place_that_cannot_be_a_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    let refused = FileStore::open(&file, &FileOptions::default()).unwrap_err().to_string();
    assert!(
        refused.starts_with("cannot create") && refused.contains("file"),
        "{refused}"
    );
}

#[test]
fn a_journal_that_was_deleted_is_missed() {
    let dir = tempfile::tempdir().unwrap();
    let (path, good) = journal(dir.path());
    fs::remove_file(&path).unwrap();
    let missed = FileStore::open(dir.path(), &FileOptions::default()).unwrap_err();
    assert!(matches!(missed, Fault::Corrupt { index: Index(1), .. }), "{missed}");
    assert!(missed.to_string().contains("240 was acknowledged"), "{missed}");
    fs::write(&path, good).unwrap();
    assert!(matches!(read_all(dir.path()), (240, None)));
}

#[test]
fn a_journal_of_a_newer_release_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = journal(dir.path());
    let facts = redb::TableDefinition::<&str, &[u8]>::new("meta");
    let db = redb::Database::open(&path).unwrap();
    let transaction = db.begin_write().unwrap();
    let newer = [9u32.to_le_bytes(), crc32c::crc32c(&9u32.to_le_bytes()).to_le_bytes()].concat();
    transaction
        .open_table(facts)
        .unwrap()
        .insert("format", newer.as_slice())
        .unwrap();
    transaction.commit().unwrap();
    drop(db);
    let refused = FileStore::open(dir.path(), &FileOptions::default()).unwrap_err();
    assert!(
        matches!(
            refused,
            Fault::Version {
                found: 9,
                supported: 1,
                ..
            }
        ),
        "{refused}"
    );
}
