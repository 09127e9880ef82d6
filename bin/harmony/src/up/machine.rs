//! What this machine has, and how agents share it.

use std::path::Path;

use anyhow::Context;
use base_fault::Class;

use crate::failure::Failure;

/// The ports that are offered, as an agent of Mesos offers them by default.
const PORTS: std::ops::RangeInclusive<u64> = 31_000..=32_000;
/// The least that is of any use to an agent, in MiB.
const LEAST_MIB: u64 = 32;

/// What is there to be shared. Memory and disk in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    pub cores: usize,
    pub mem: u64,
    pub disk: u64,
}

impl Machine {
    /// What this machine can give to tasks: as a Mesos agent reckons it, all but 1 GiB of the memory and all but 5 GiB of the
    /// disk, or half of what is little.
    ///
    /// # Errors
    /// The machine does not say.
    pub fn look(dir: &Path) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism()
            .context("cannot count the processors")?
            .get();
        let mem = memory_mib().context("cannot tell how much memory there is")?;
        let (free, _total) = io_runtime::disk_space_bytes(dir)
            .with_context(|| format!("cannot tell how much disk is free at {}", dir.display()))?;
        Ok(Self {
            cores,
            mem: without(mem, 1024),
            disk: without(free >> 20, 5 * 1024),
        })
    }

    /// The resources of each of `agents`: memory, disk and ports evenly and disjointly, all cores each.
    ///
    /// # Errors
    /// There is too little for so many.
    pub fn split(self, agents: u64) -> Result<Vec<String>, Failure> {
        let (mem, disk) = (self.mem / agents, self.disk / agents);
        if mem < LEAST_MIB || disk < LEAST_MIB {
            let message = format!("{agents} agents would get {mem} MiB of memory and {disk} MiB of disk each");
            let next = format!("each needs {LEAST_MIB} MiB of both: use fewer with --agents, or free some");
            return Err(Failure::new(Class::Exhausted, message).next(next));
        }
        let count = (PORTS.end() - PORTS.start() + 1) / agents;
        let agent = |number: u64| {
            let first = PORTS.start() + number * count;
            format!(
                "cpus:{};mem:{mem};disk:{disk};ports:[{first}-{}]",
                self.cores,
                first + count - 1
            )
        };
        Ok((0..agents).map(agent).collect())
    }
}

fn without(all: u64, kept: u64) -> u64 {
    if all >= 2 * kept { all - kept } else { all / 2 }
}

/// `MemTotal` of `/proc/meminfo` (proc_meminfo(5)).
fn memory_mib() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").context("/proc/meminfo")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .context("/proc/meminfo has no MemTotal")?;
    let kib: u64 = line
        .trim()
        .trim_end_matches("kB")
        .trim()
        .parse()
        .context("MemTotal is not a number")?;
    Ok(kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_is_even_and_disjoint() {
        let machine = Machine {
            cores: 4,
            mem: 3001,
            disk: 9000,
        };
        let expected = [
            "cpus:4;mem:1000;disk:3000;ports:[31000-31332]",
            "cpus:4;mem:1000;disk:3000;ports:[31333-31665]",
            "cpus:4;mem:1000;disk:3000;ports:[31666-31998]",
        ];
        assert_eq!(machine.split(3).unwrap(), expected);
        assert_eq!(
            machine.split(1).unwrap(),
            ["cpus:4;mem:3001;disk:9000;ports:[31000-32000]"]
        );
    }

    #[test]
    fn too_little_is_refused() {
        let refused = Machine {
            cores: 1,
            mem: 100,
            disk: 9000,
        }
        .split(4)
        .unwrap_err();
        assert_eq!(refused.class, Class::Exhausted);
        assert!(refused.message.contains("25 MiB of memory"), "{refused}");
    }

    #[test]
    fn little_is_halved() {
        assert_eq!(without(1500, 1024), 750);
        assert_eq!(without(4096, 1024), 3072);
    }
}
