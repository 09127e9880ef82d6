//! What processes use, as Linux tells in `/proc`; zero where there is none.

use std::fs;
use std::path::Path;

/// Clock ticks a second in `/proc/PID/stat` (proc_pid_stat(5); 100 on every Linux of today).
const TICKS: f64 = 100.0;
const PAGE_BYTES: u64 = 4096;

/// Processor time of this process and of its children that ended, in seconds.
pub fn cpu_seconds() -> f64 {
    stat_ticks("/proc/self/stat", 4) / TICKS
}

/// Processor time of a running process without its children, in seconds: of the threads that it has now to the
/// nanosecond, or of all that it had in ticks, whichever is more.
pub fn cpu_seconds_of(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let nanos: f64 = threads.map(|thread| schedstat(&thread.path(), 0)).sum();
    (nanos / 1e9).max(stat_ticks(&format!("/proc/{pid}/stat"), 2) / TICKS)
}

/// How long this process' threads, those that it has now, were ready to run and had no core, in seconds: above a tenth of
/// a run it was not alone on the machine.
pub fn waited_seconds() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    threads.map(|thread| schedstat(&thread.path(), 1)).sum::<f64>() / 1e9
}

/// A field of `schedstat`: 0 is time on a core, 1 is time waiting for one, in ns (Documentation/scheduler/sched-stats of
/// Linux).
fn schedstat(task: &Path, field: usize) -> f64 {
    let text = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    text.split_whitespace()
        .nth(field)
        .and_then(|nanos| nanos.parse().ok())
        .unwrap_or(0.0)
}

/// Processor time of this process' threads whose name begins so, in seconds.
pub fn thread_cpu_seconds(name: &str) -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let named = threads.filter(|thread| {
        fs::read_to_string(thread.path().join("comm")).is_ok_and(|comm| comm.trim_end().starts_with(name))
    });
    named
        .map(|thread| stat_ticks(&thread.path().join("stat").to_string_lossy(), 2))
        .sum::<f64>()
        / TICKS
}

/// The sum of the first `count` of utime, stime, cutime and cstime.
fn stat_ticks(path: &str, count: usize) -> f64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let Some((_, fields)) = text.rsplit_once(')') else {
        return 0.0;
    };
    let ticks = fields.split_whitespace().skip(11).take(count);
    ticks.filter_map(|tick| tick.parse::<f64>().ok()).sum()
}

/// What this process holds in memory now, in bytes.
pub fn rss_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * PAGE_BYTES
}

/// The most that this process held in memory at once, in MiB.
pub fn peak_rss_mib() -> f64 {
    kib_line(Path::new("/proc/self/status"), "VmHWM:") / 1024.0
}

/// A process' proportional share of memory, in KiB.
pub fn pss_kib(pid: u32) -> f64 {
    kib_line(Path::new(&format!("/proc/{pid}/smaps_rollup")), "Pss:")
}

fn kib_line(path: &Path, name: &str) -> f64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0.0)
}

/// A process of this machine.
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its parent's.
    pub parent: u32,
    /// Its command line, parts separated by spaces.
    pub line: String,
}

/// Every process that can be seen.
pub fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(process).collect()
}

fn process(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let line = String::from_utf8_lossy(&line).replace('\0', " ");
    Some(Process { pid, parent, line })
}
