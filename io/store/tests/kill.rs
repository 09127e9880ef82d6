//! `kill -9` in the middle of a stream of appends, again and again on one journal.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use io_store::{Batch, Epoch, Fault, FileOptions, FileStore, Index, MachineTag, Store};

const ROUNDS: u64 = 25;
/// Where the child finds its journal. Without it the child's test has nothing to do.
const DIR: &str = "IO_STORE_KILL_DIR";

/// The content of a record follows from its index, so any mix-up shows.
fn content(index: u64) -> Vec<u8> {
    let len = (index * 37 % 900) as usize;
    index.to_le_bytes().into_iter().cycle().take(8 + len).collect()
}

/// Appends for ever, in batches of changing size, and cuts the journal now and then. Says each acknowledgement.
#[test]
fn child_appends_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else {
        return;
    };
    let mut store = FileStore::open(&dir, &FileOptions::default()).unwrap();
    let epoch = store.held().next();
    store.fence(epoch).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let prev = store.last().index;
        let mut batch = Batch::new();
        for n in 1..=1 + prev.0 * 7 % 23 {
            batch.push(MachineTag(1), 1, &content(prev.0 + n)).unwrap();
        }
        let last = store.append(epoch, prev, &batch).unwrap();
        writeln!(out, "\nack {epoch} {last}").unwrap();
        out.flush().unwrap();
        if last.0.is_multiple_of(11) {
            store.truncate(Index(last.0.saturating_sub(400))).unwrap();
        }
    }
}

/// Runs the child until it has acknowledged `acks` appends, kills it, and returns the last acknowledgement that it got out.
fn run_and_kill(dir: &Path, acks: usize) -> (u64, u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_appends_until_it_is_killed", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard: Vec<String> = lines
        .by_ref()
        .map(Result::unwrap)
        .filter(|line| line.starts_with("ack "))
        .take(acks)
        .collect();
    assert_eq!(heard.len(), acks, "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    heard.extend(lines.map_while(Result::ok).filter(|line| line.starts_with("ack ")));
    let last = heard.last().unwrap();
    let mut numbers = last.split(' ').skip(1).map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

#[test]
fn everything_acknowledged_is_there_after_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let (epoch, acknowledged) = run_and_kill(dir.path(), 1 + (round * 13 % 40) as usize);
        assert_eq!(epoch, round + 1, "the fence of every round is kept");
        let store = FileStore::open(dir.path(), &FileOptions::default()).unwrap();
        assert_eq!(store.held(), Epoch(epoch));
        let last = store.last();
        assert!(
            last.index.0 >= acknowledged,
            "acknowledged {acknowledged}, found {last}"
        );
        assert!(
            last.index.0 <= acknowledged + 23,
            "at most the batch on its way is there too"
        );
        let mut next = store.first();
        for entry in store.read(next).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.index, next);
            assert_eq!(entry.record.bytes, content(next.0));
            next = next.next();
        }
        assert_eq!(next, last.index.next());
    }
}

#[test]
fn a_living_holder_is_named_and_a_dead_one_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_appends_until_it_is_killed", "--nocapture"])
        .env(DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("ack ")));
    let refused = FileStore::open(dir.path(), &FileOptions::default()).unwrap_err();
    assert!(
        matches!(refused, Fault::Locked { holder: Some(pid), .. } if pid == child.id()),
        "{refused}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    FileStore::open(dir.path(), &FileOptions::default()).unwrap();
}
