//! The end of processes that no pid namespace holds together.

use std::thread;
use std::time::Duration;

use crate::linux::cgroup::Cgroup;
use crate::linux::{process, sys};

/// How long the kernel gets between two looks at what is left; each time it is as much longer.
const PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Sends a signal to every descendant of a process but `spare`; how many were reached.
pub fn signal_descendants(of: i32, spare: Option<i32>, signal: i32) -> usize {
    let targets = process::descendants(of)
        .into_iter()
        .filter(|stat| Some(stat.pid) != spare);
    targets.filter(|stat| sys::kill(stat.pid, signal).is_ok()).count()
}

/// Kills and reaps every descendant of this process `me`, which must be their subreaper. What may not be killed
/// (without root: a process of another user) is left.
pub fn end_descendants(me: i32) {
    let mut round = 0;
    while signal_descendants(me, None, libc::SIGKILL) > 0 {
        round = pause(round);
    }
    reap_all();
}

/// Kills everything in a cgroup until it is empty.
pub fn end_cgroup(cgroup: &Cgroup) {
    let mut round = 0;
    while !cgroup.processes().is_empty() {
        cgroup.kill(None);
        round = pause(round);
    }
}

fn pause(round: u32) -> u32 {
    reap_all();
    thread::sleep((PAUSE * (round + 1)).min(LONGEST_PAUSE));
    round + 1
}

fn reap_all() {
    while let Ok(Some(_)) = sys::reap() {}
}
