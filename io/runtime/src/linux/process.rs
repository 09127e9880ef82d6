//! Processes as `/proc` shows them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Error, ProcessId, Result};

/// The fields of `/proc/PID/stat` (proc_pid_stat(5)) that are of use here.
pub struct Stat {
    pub pid: i32,
    pub state: char,
    pub parent: i32,
    pub user_ticks: u64,
    pub system_ticks: u64,
    pub start_ticks: u64,
    pub resident_pages: u64,
}

impl Stat {
    /// The process' line, or `None` if there is no such process.
    pub fn read(pid: i32) -> Option<Self> {
        Self::parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    fn parse(pid: i32, line: &str) -> Option<Self> {
        // The name, in parentheses, may hold anything, so the fields are counted after its end: field 3 comes first.
        let fields: Vec<&str> = line.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            pid,
            state: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            user_ticks: number(14)?,
            system_ticks: number(15)?,
            start_ticks: number(22)?,
            resident_pages: number(24)?,
        })
    }
}

/// The process of this pid with its start, or `None` if there is none.
pub fn identify(pid: i32) -> Option<ProcessId> {
    Some(ProcessId {
        pid,
        start_ticks: Stat::read(pid)?.start_ticks,
    })
}

/// Whether the very same process still runs.
pub fn is_alive(process: ProcessId) -> bool {
    Stat::read(process.pid).is_some_and(|stat| stat.start_ticks == process.start_ticks && stat.state != 'Z')
}

/// All living descendants of a process, itself left out.
pub fn descendants(of: i32) -> Vec<Stat> {
    let mut children: BTreeMap<i32, Vec<Stat>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(stat) = pid.and_then(Stat::read) {
            children.entry(stat.parent).or_default().push(stat);
        }
    }
    let mut found = Vec::new();
    let mut todo = vec![of];
    while let Some(parent) = todo.pop() {
        for stat in children.remove(&parent).unwrap_or_default() {
            todo.push(stat.pid);
            found.push(stat);
        }
    }
    found.retain(|stat| stat.state != 'Z');
    found
}

/// What names this boot of the machine.
pub fn boot_id() -> Result<String> {
    let path = Path::new("/proc/sys/kernel/random/boot_id");
    Ok(fs::read_to_string(path)
        .map_err(Error::io("read", path))?
        .trim()
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let line = "7 (a) b) (c) S 1 7 7 0 -1 4194560 1 2 3 4 50 60 0 0 20 0 1 0 777 4096 12 18446744073709551615 1 1";
        let stat = Stat::parse(7, line).unwrap();
        assert_eq!(
            (stat.state, stat.parent, stat.start_ticks, stat.resident_pages),
            ('S', 1, 777, 12)
        );
        assert_eq!((stat.user_ticks, stat.system_ticks), (50, 60));
        assert!(Stat::parse(7, "7 (x) S 1").is_none());
    }

    #[test]
    fn a_process_is_known_by_its_start() {
        let me = identify(std::process::id() as i32).unwrap();
        assert!(is_alive(me));
        assert!(!is_alive(ProcessId {
            start_ticks: me.start_ticks + 1,
            ..me
        }));
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_too_strange(line in "[0-9() SZ-]{0,80}") {
            proptest::prop_assert!(Stat::parse(1, &line).is_none_or(|stat| stat.pid == 1));
        }
    }
}
