//! How fast the journal is here, beside what the disk itself takes: `cargo run --release -p io-store --example journal_bench`.
//!
//! The one argument is a directory on the disk in question (the system's temporary directory by default).

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use io_store::{Batch, FileOptions, FileStore, MachineTag, Store};

const RECORD_BYTES: usize = 256;
const SINGLES: usize = 3_000;
const RECORDS: usize = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let dir = tempfile::tempdir_in(&parent)?;
    println!("journal on {}, records of {RECORD_BYTES} bytes", parent.display());
    let floor = floor(dir.path())?;
    println!(
        "floor: 4 KiB append + fdatasync   p50 {:>6.0?}  p99 {:>6.0?}",
        floor.0, floor.1
    );
    let mut store = FileStore::open(&dir.path().join("single"), &FileOptions::default())?;
    let single = appends(&mut store, 1, SINGLES)?;
    let ratio = single.0.as_secs_f64() / floor.0.as_secs_f64();
    println!(
        "single append                     p50 {:>6.0?}  p99 {:>6.0?}  {ratio:.1} x floor",
        single.0, single.1
    );
    for size in [100, 1_000] {
        let mut store = FileStore::open(&dir.path().join(size.to_string()), &FileOptions::default())?;
        let start = Instant::now();
        let commit = appends(&mut store, size, RECORDS / 1_000)?;
        let rate = (RECORDS / 1_000 * size) as f64 / start.elapsed().as_secs_f64();
        println!(
            "{size:>4} a batch                      p50 {:>6.0?}  p99 {:>6.0?}  {rate:.0} events/s",
            commit.0, commit.1
        );
    }
    replay_and_cut(&dir.path().join("1000"))
}

/// Median and 99th percentile of a synced append to a plain file.
fn floor(dir: &Path) -> std::io::Result<(Duration, Duration)> {
    let mut file = File::create(dir.join("floor"))?;
    let mut times = Vec::with_capacity(SINGLES);
    for _ in 0..SINGLES {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(percentiles(times))
}

/// Median and 99th percentile of `commits` appends of `size` records.
fn appends(store: &mut FileStore, size: usize, commits: usize) -> Result<(Duration, Duration), Box<dyn Error>> {
    let mut times = Vec::with_capacity(commits);
    let mut batch = Batch::new();
    for _ in 0..commits {
        batch.clear();
        let start = Instant::now();
        for n in 0..size {
            batch.push(MachineTag(1), 1, &[n as u8; RECORD_BYTES])?;
        }
        store.append(store.held(), store.last().index, &batch)?;
        times.push(start.elapsed());
    }
    Ok(percentiles(times))
}

fn replay_and_cut(dir: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut store = FileStore::open(dir, &FileOptions::default())?;
    let opened = start.elapsed();
    let start = Instant::now();
    let mut records = 0u64;
    for entry in store.read(store.first())? {
        entry?;
        records += 1;
    }
    let replayed = start.elapsed();
    println!("open after a clean end {opened:.1?}; replay of {records} records {replayed:.1?}");
    let size = dir.join(FileStore::FILE_NAME).metadata()?.len();
    let start = Instant::now();
    store.truncate(io_store::Index(records * 9 / 10))?;
    println!(
        "dropping nine tenths of {:.0} MB {:.1?}",
        size as f64 / 1e6,
        start.elapsed()
    );
    Ok(())
}

fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}
