//! The files of cgroups v2 (the kernel's Documentation/admin-guide/cgroup-v2.rst).

use std::fs;

use super::{Controller, Dir, PERIOD_MICROS, keyed, number, quota_micros, shares, write, write_if_there};
use crate::{Limits, Result, Stats};

const MICROS: f64 = 1e6;

/// Passes the controllers on to the cgroups below.
pub fn delegate(dir: &Dir) -> Result<()> {
    // CPU accounting comes with `cpu`; v2 has no controller of that name.
    let names = dir
        .controllers
        .iter()
        .filter(|controller| **controller != Controller::Cpuacct);
    let text: Vec<String> = names.map(|controller| format!("+{}", controller.name())).collect();
    write(&dir.path, "cgroup.subtree_control", &text.join(" "))
}

/// `cpu.weight` for so many cores: the kernel's own range of shares, 2 to 262144, laid over 1 to 10000.
fn weight(cpus: f64) -> u64 {
    1 + (shares(cpus) - 2) * 9999 / 262_142
}

pub fn write_limits(dir: &Dir, limits: &Limits) -> Result<()> {
    let path = &dir.path;
    for controller in &dir.controllers {
        match controller {
            Controller::Cpu => {
                if let Some(cpus) = limits.cpus {
                    write(path, "cpu.weight", &weight(cpus).to_string())?;
                }
                if let Some(cpus) = limits.cpus_max {
                    write(path, "cpu.max", &format!("{} {PERIOD_MICROS}", quota_micros(cpus)))?;
                }
            }
            Controller::Memory => {
                // Out of memory, the container ends as one: half a task helps nobody.
                write_if_there(path, "memory.oom.group", "1")?;
                if let Some(bytes) = limits.memory_bytes {
                    write(path, "memory.max", &bytes.to_string())?;
                    write_if_there(path, "memory.swap.max", "0")?;
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

pub fn read_stats(dir: &Dir, stats: &mut Stats) {
    for controller in &dir.controllers {
        match controller {
            Controller::Cpu => read_cpu(dir, stats),
            Controller::Cpuacct => {
                let secs = |key| keyed(&dir.path, "cpu.stat", key).unwrap_or(0) as f64 / MICROS;
                stats.cpu_user_secs = secs("user_usec");
                stats.cpu_system_secs = secs("system_usec");
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
    let max = fs::read_to_string(dir.path.join("cpu.max")).unwrap_or_default();
    let numbers: Vec<f64> = max
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    if let [quota, period] = numbers[..] {
        stats.cpus_limit = Some(quota / period);
    }
    stats.cpu_periods = keyed(&dir.path, "cpu.stat", "nr_periods");
    stats.cpu_throttled_periods = keyed(&dir.path, "cpu.stat", "nr_throttled");
    stats.cpu_throttled_secs = keyed(&dir.path, "cpu.stat", "throttled_usec").map(|micros| micros as f64 / MICROS);
}

fn read_memory(dir: &Dir, stats: &mut Stats) {
    stats.memory_rss_bytes = keyed(&dir.path, "memory.stat", "anon").unwrap_or(0);
    stats.memory_cache_bytes = keyed(&dir.path, "memory.stat", "file");
    stats.memory_total_bytes = number(&dir.path, "memory.current");
    stats.memory_peak_bytes = number(&dir.path, "memory.peak");
    stats.memory_limit_bytes = number(&dir.path, "memory.max");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::CgroupVersion;
    use crate::linux::cgroup::Cgroup;

    const LIMITS: Limits = Limits {
        cpus: Some(2.0),
        cpus_max: Some(0.25),
        memory_bytes: Some(64 << 20),
        pids_max: Some(10),
    };

    /// A directory with the files that the kernel would have put there.
    fn fake(path: &Path, files: &[(&str, &str)]) -> Dir {
        fs::create_dir_all(path).unwrap();
        for (name, text) in files {
            fs::write(path.join(name), text).unwrap();
        }
        Dir {
            path: path.to_owned(),
            version: CgroupVersion::V2,
            controllers: Controller::ALL.to_vec(),
        }
    }

    fn text(dir: &Dir, file: &str) -> String {
        fs::read_to_string(dir.path.join(file)).unwrap()
    }

    #[test]
    fn limits_are_written() {
        let top = tempfile::tempdir().unwrap();
        let names = [
            "cpu.weight",
            "cpu.max",
            "memory.max",
            "memory.swap.max",
            "memory.oom.group",
            "pids.max",
        ];
        let dir = fake(top.path(), &names.map(|name| (name, "")));
        write_limits(&dir, &LIMITS).unwrap();
        let written = names.map(|name| text(&dir, name));
        assert_eq!(written, ["79", "25000 100000", "67108864", "0", "1", "11"]);
    }

    #[test]
    fn what_the_kernel_lacks_is_an_error_unless_it_is_optional() {
        let top = tempfile::tempdir().unwrap();
        let dir = fake(top.path(), &[("cpu.weight", ""), ("cpu.max", ""), ("memory.max", "")]);
        let error = write_limits(&dir, &LIMITS).unwrap_err().to_string();
        assert!(error.contains("pids.max"), "{error}");
        assert_eq!(text(&dir, "memory.max"), "67108864");
    }

    #[test]
    fn weights_span_the_range() {
        assert_eq!(
            [weight(0.001), weight(1.0), weight(256.0), weight(1e9)],
            [1, 39, 10_000, 10_000]
        );
    }

    #[test]
    fn controllers_are_passed_on_at_each_level() {
        let top = tempfile::tempdir().unwrap();
        let root = fake(top.path(), &[("cgroup.subtree_control", "")]);
        // The kernel would make the file in each new directory; here the last one is missing, and that is reported.
        fake(&top.path().join("harmony"), &[("cgroup.subtree_control", "")]);
        let (made, notices) = Cgroup {
            dirs: vec![root.clone()],
        }
        .make_parent("harmony/a1");
        assert!(
            made.dirs.is_empty() && notices[0].contains("harmony/a1/cgroup.subtree_control"),
            "{notices:?}"
        );
        fake(&top.path().join("harmony/a1"), &[("cgroup.subtree_control", "")]);
        let (made, notices) = Cgroup {
            dirs: vec![root.clone()],
        }
        .make_parent("harmony/a1");
        assert!(notices.is_empty(), "{notices:?}");
        for dir in [&root, &made.dirs[0]] {
            assert_eq!(text(dir, "cgroup.subtree_control"), "+memory +pids +cpu");
        }
    }

    #[test]
    fn usage_and_oom_are_read() {
        let top = tempfile::tempdir().unwrap();
        let dir = fake(
            top.path(),
            &[
                ("cpu.max", "150000 100000\n"),
                (
                    "cpu.stat",
                    "usage_usec 3500000\nuser_usec 2500000\nsystem_usec 1000000\nnr_periods 30\nnr_throttled 4\nthrottled_usec 250000\n",
                ),
                ("memory.stat", "anon 1000\nfile 2000\nanon_thp 7\n"),
                ("memory.current", "4000\n"),
                ("memory.peak", "5000\n"),
                ("memory.max", "max\n"),
                (
                    "memory.events",
                    "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n",
                ),
                ("pids.current", "3\n"),
                ("pids.max", "11\n"),
            ],
        );
        let mut stats = Stats::default();
        read_stats(&dir, &mut stats);
        let expected = Stats {
            cpu_user_secs: 2.5,
            cpu_system_secs: 1.0,
            cpus_limit: Some(1.5),
            cpu_periods: Some(30),
            cpu_throttled_periods: Some(4),
            cpu_throttled_secs: Some(0.25),
            memory_rss_bytes: 1000,
            memory_total_bytes: Some(4000),
            memory_cache_bytes: Some(2000),
            memory_limit_bytes: None,
            memory_peak_bytes: Some(5000),
            pids: Some(3),
            pids_limit: Some(10),
        };
        assert_eq!(stats, expected);
        assert_eq!(Cgroup { dirs: vec![dir] }.oom_kills(), 1);
    }

    #[test]
    fn the_kernel_kills_the_whole_cgroup() {
        let top = tempfile::tempdir().unwrap();
        let dir = fake(top.path(), &[("cgroup.kill", ""), ("cgroup.procs", "")]);
        Cgroup {
            dirs: vec![dir.clone()],
        }
        .kill(None);
        assert_eq!(text(&dir, "cgroup.kill"), "1");
    }
}
