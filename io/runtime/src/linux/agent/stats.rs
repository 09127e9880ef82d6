//! What a container uses.

use super::super::{process, sys};
use super::container::Container;
use crate::{Result, Stats};

pub fn stats(container: &Container) -> Result<Stats> {
    let cgroup = container.order()?.and_then(|order| order.cgroup);
    let mut stats = Stats::default();
    match cgroup {
        Some(cgroup) => cgroup.read_stats(&mut stats),
        None => add_processes(container, &mut stats)?,
    }
    Ok(stats)
}

/// Without cgroups: the sum over the processes that live now; what others used before they ended is not in it.
fn add_processes(container: &Container, stats: &mut Stats) -> Result<()> {
    let Some(state) = container.state()?.filter(|state| process::is_alive(state.shim)) else {
        return Ok(());
    };
    let ticks = sys::ticks_per_second();
    let processes = process::descendants(state.shim.pid);
    for process in &processes {
        stats.cpu_user_secs += process.user_ticks as f64 / ticks;
        stats.cpu_system_secs += process.system_ticks as f64 / ticks;
        stats.memory_rss_bytes += process.resident_pages * sys::page_bytes();
    }
    stats.pids = Some(processes.len() as u64);
    Ok(())
}
