//! The files of cgroups v1 (the kernel's Documentation/admin-guide/cgroup-v1).

use std::fs::File;
use std::os::fd::AsRawFd;

use super::{Controller, Dir, PERIOD_MICROS, keyed, number, quota_micros, shares, sys, write, write_if_there};
use crate::{Error, Limits, Result, Stats};

/// What the kernel shows where there is no limit: the highest number of pages, in bytes.
const NO_LIMIT_BYTES: u64 = 0x7fff_ffff_ffff_f000;
const NANOS: f64 = 1e9;

pub fn write_limits(dir: &Dir, limits: &Limits) -> Result<()> {
    let path = &dir.path;
    for controller in &dir.controllers {
        match controller {
            Controller::Cpu => {
                if let Some(cpus) = limits.cpus {
                    write(path, "cpu.shares", &shares(cpus).to_string())?;
                }
                if let Some(cpus) = limits.cpus_max {
                    write(path, "cpu.cfs_quota_us", &quota_micros(cpus).to_string())?;
                }
            }
            Controller::Memory => {
                if let Some(bytes) = limits.memory_bytes {
                    // A limit that grows needs room for both first; one that shrinks, or the first one, is refused here.
                    drop(write_if_there(path, "memory.memsw.limit_in_bytes", &bytes.to_string()));
                    write(path, "memory.limit_in_bytes", &bytes.to_string())?;
                    // Memory and swap together; the kernel wants it no lower than the limit above, hence second.
                    write_if_there(path, "memory.memsw.limit_in_bytes", &bytes.to_string())?;
                }
            }
            Controller::Pids => {
                if let Some(pids) = limits.pids_max {
                    // One more for the container's init.
                    write(path, "pids.max", &(pids + 1).to_string())?;
                }
            }
            Controller::Cpuacct => {}
        }
    }
    Ok(())
}

pub fn oom_event(dir: &Dir) -> Result<File> {
    let event = sys::event_fd().map_err(Error::io("make an event counter for", &dir.path))?;
    let path = dir.path.join("memory.oom_control");
    let control = File::open(&path).map_err(Error::io("open", &path))?;
    write(
        &dir.path,
        "cgroup.event_control",
        &format!("{} {}", event.as_raw_fd(), control.as_raw_fd()),
    )?;
    Ok(event)
}

pub fn read_stats(dir: &Dir, stats: &mut Stats) {
    for controller in &dir.controllers {
        match controller {
            Controller::Cpu => read_cpu(dir, stats),
            Controller::Cpuacct => {
                let secs = |file| number(&dir.path, file).unwrap_or(0) as f64 / NANOS;
                stats.cpu_user_secs = secs("cpuacct.usage_user");
                stats.cpu_system_secs = secs("cpuacct.usage_sys");
            }
            Controller::Memory => read_memory(dir, stats),
            Controller::Pids => {
                stats.pids = number(&dir.path, "pids.current");
                stats.pids_limit = number(&dir.path, "pids.max").map(|pids| pids.saturating_sub(1));
            }
        }
    }
}

fn read_cpu(dir: &Dir, stats: &mut Stats) {
    // The quota is -1, no number here, where there is none.
    stats.cpus_limit = number(&dir.path, "cpu.cfs_quota_us").map(|quota| quota as f64 / PERIOD_MICROS as f64);
    stats.cpu_periods = keyed(&dir.path, "cpu.stat", "nr_periods");
    stats.cpu_throttled_periods = keyed(&dir.path, "cpu.stat", "nr_throttled");
    stats.cpu_throttled_secs = keyed(&dir.path, "cpu.stat", "throttled_time").map(|nanos| nanos as f64 / NANOS);
}

fn read_memory(dir: &Dir, stats: &mut Stats) {
    stats.memory_rss_bytes = keyed(&dir.path, "memory.stat", "rss").unwrap_or(0);
    stats.memory_cache_bytes = keyed(&dir.path, "memory.stat", "cache");
    stats.memory_total_bytes = number(&dir.path, "memory.usage_in_bytes");
    stats.memory_peak_bytes = number(&dir.path, "memory.max_usage_in_bytes");
    stats.memory_limit_bytes = number(&dir.path, "memory.limit_in_bytes").filter(|bytes| *bytes < NO_LIMIT_BYTES);
}
