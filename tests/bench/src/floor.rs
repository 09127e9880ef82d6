//! What the bare machine can do at this moment.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::runs::{percentile, short, sorted};

const SYNCS: usize = 300;
const SPAWNS: usize = 50;
const COPY_BYTES: usize = 64 << 20;
const COPIES: usize = 8;
const ROUND_TRIPS: usize = 2_000;
const LOAD_SLOTS: usize = 8 << 20;
const LOADS: u32 = 500_000;

/// The floor under every figure.
#[derive(Clone, Debug)]
pub struct Floor {
    /// Appending 4 KiB to a file and `fdatasync`, in µs: median and 99th percentile.
    pub sync_micros: (f64, f64),
    /// Starting `/bin/true` and waiting for its end, in µs: median.
    pub spawn_micros: f64,
    /// Copying memory, in GB/s.
    pub copy_gb: f64,
    /// 128 bytes to another thread and back over TCP on loopback, in µs: median.
    pub tcp_micros: f64,
    /// Following a random pointer in 64 MiB, in ns.
    pub load_nanos: f64,
}

impl Floor {
    /// Measures it; files go below `dir`. Takes about a second.
    ///
    /// # Errors
    /// A file, a socket or `/bin/true` can't be used.
    pub fn measure(dir: &Path) -> std::io::Result<Self> {
        Ok(Self {
            sync_micros: sync(dir)?,
            spawn_micros: spawn()?,
            copy_gb: copy(),
            tcp_micros: tcp()?,
            load_nanos: load(),
        })
    }

    /// The disk's part, for a table.
    pub fn disk(&self) -> String {
        format!(
            "fdatasync p50 {} µs, p99 {} µs",
            short(self.sync_micros.0),
            short(self.sync_micros.1)
        )
    }

    /// The memory's part.
    pub fn memory(&self) -> String {
        format!(
            "random load {} ns, memcpy {} GB/s",
            short(self.load_nanos),
            short(self.copy_gb)
        )
    }

    /// The processes' part.
    pub fn spawn(&self) -> String {
        format!("spawn of /bin/true {} ms", short(self.spawn_micros / 1e3))
    }

    /// The network's part.
    pub fn tcp(&self) -> String {
        format!("TCP loopback round trip {} µs", short(self.tcp_micros))
    }
}

impl std::fmt::Display for Floor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}; {}; {}; {}",
            self.disk(),
            self.tcp(),
            self.spawn(),
            self.memory()
        )
    }
}

fn micros(times: Vec<Duration>) -> Vec<f64> {
    sorted(times.into_iter().map(|time| time.as_secs_f64() * 1e6).collect())
}

fn sync(dir: &Path) -> std::io::Result<(f64, f64)> {
    let mut file = tempfile::tempfile_in(dir)?;
    let times: Result<Vec<_>, _> = (0..SYNCS).map(|_| sync_once(&mut file)).collect();
    let times = micros(times?);
    Ok((percentile(&times, 0.5), percentile(&times, 0.99)))
}

fn sync_once(file: &mut File) -> std::io::Result<Duration> {
    let start = Instant::now();
    file.write_all(&[7; 4096])?;
    file.sync_data()?;
    Ok(start.elapsed())
}

fn spawn() -> std::io::Result<f64> {
    let once = |_| {
        let start = Instant::now();
        Command::new("/bin/true").status().map(|_| start.elapsed())
    };
    let times: Result<Vec<_>, _> = (0..SPAWNS).map(once).collect();
    Ok(percentile(&micros(times?), 0.5))
}

fn copy() -> f64 {
    let (from, mut to) = (vec![1u8; COPY_BYTES], vec![0u8; COPY_BYTES]);
    let start = Instant::now();
    for _ in 0..COPIES {
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
    }
    (COPY_BYTES * COPIES) as f64 / 1e9 / start.elapsed().as_secs_f64()
}

fn tcp() -> std::io::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let echo = std::thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        let mut bytes = [0; 128];
        while stream.read_exact(&mut bytes).is_ok() {
            stream.write_all(&bytes)?;
        }
        Ok(())
    });
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut bytes = [7; 128];
    let mut times = Vec::with_capacity(ROUND_TRIPS);
    for _ in 0..ROUND_TRIPS {
        let start = Instant::now();
        stream.write_all(&bytes)?;
        stream.read_exact(&mut bytes)?;
        times.push(start.elapsed());
    }
    drop(stream);
    drop(echo.join());
    Ok(percentile(&micros(times), 0.5))
}

/// A ring through all slots in random order (Sattolo's shuffle), followed.
fn load() -> f64 {
    let mut next: Vec<u64> = (0..LOAD_SLOTS as u64).collect();
    let mut random = 1u64;
    for at in (1..LOAD_SLOTS).rev() {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        next.swap(at, (random >> 33) as usize % at);
    }
    let (start, mut at) = (Instant::now(), 0u64);
    for _ in 0..LOADS {
        at = next[at as usize];
    }
    black_box(at);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(LOADS)
}
