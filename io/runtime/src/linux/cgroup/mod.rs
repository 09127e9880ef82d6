//! Cgroups, of both generations, also mixed on one machine.

mod mounts;
mod v1;
mod v2;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use minicbor::{Decode, Encode};

use super::sys;
use crate::{CgroupVersion, Error, Limits, Result, Stats};

/// The controllers that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Controller {
    #[n(0)]
    Memory,
    #[n(1)]
    Pids,
    #[n(2)]
    Cpuacct,
    #[n(3)]
    Cpu,
}

impl Controller {
    pub const ALL: [Self; 4] = [Self::Memory, Self::Pids, Self::Cpuacct, Self::Cpu];

    /// The kernel's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Pids => "pids",
            Self::Cpuacct => "cpuacct",
            Self::Cpu => "cpu",
        }
    }
}

/// One directory of a cgroup.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Dir {
    #[n(0)]
    pub path: PathBuf,
    #[n(1)]
    pub version: CgroupVersion,
    #[n(2)]
    pub controllers: Vec<Controller>,
}

impl Dir {
    /// The file by which a process enters.
    fn door(&self) -> &'static str {
        match self.version {
            // Moving oneself by `tasks` takes no machine-wide lock; `cgroup.procs` does and waits for milliseconds.
            CgroupVersion::V1 => "tasks",
            CgroupVersion::V2 => "cgroup.procs",
        }
    }

    fn has(&self, controller: Controller) -> bool {
        self.controllers.contains(&controller)
    }
}

/// One cgroup: a directory in each hierarchy that holds a controller of use. The one with `cpu` is last: a process that
/// enters it may at once lose the processor to others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Cgroup {
    #[n(0)]
    pub dirs: Vec<Dir>,
}

impl Cgroup {
    /// The roots of this machine's hierarchies.
    pub fn roots() -> Result<Self> {
        let path = Path::new("/proc/self/mountinfo");
        let table = fs::read_to_string(path).map_err(Error::io("read", path))?;
        Ok(mounts::roots(&table, |mount| {
            fs::read_to_string(mount.join("cgroup.controllers")).unwrap_or_default()
        }))
    }

    /// The cgroup of this name (with `/` for more than one level) below this one.
    pub fn child(&self, name: &str) -> Self {
        let below = |dir: &Dir| Dir {
            path: dir.path.join(name),
            ..dir.clone()
        };
        Self {
            dirs: self.dirs.iter().map(below).collect(),
        }
    }

    /// Which generation a controller belongs to, if it is there at all.
    pub fn version_of(&self, controller: Controller) -> Option<CgroupVersion> {
        self.dir_of(controller).map(|dir| dir.version)
    }

    fn dir_of(&self, controller: Controller) -> Option<&Dir> {
        self.dirs.iter().find(|dir| dir.has(controller))
    }

    /// Makes the cgroup `name` below this one to hold other cgroups, level by level, and leaves out the hierarchies in
    /// which that fails, with a sentence for each.
    pub fn make_parent(&self, name: &str) -> (Self, Vec<String>) {
        let (mut made, mut notices) = (Self::default(), Vec::new());
        for root in &self.dirs {
            match make_levels(root, name) {
                Ok(dir) => made.dirs.push(dir),
                Err(error) => notices.push(format!("cgroups below {} cannot be used: {error}", root.path.display())),
            }
        }
        (made, notices)
    }

    /// Makes the cgroup with its limits. One that is left over and empty is replaced.
    pub fn create(&self, limits: &Limits) -> Result<()> {
        for dir in &self.dirs {
            match fs::create_dir(&dir.path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    remove_tree(&dir.path)
                        .and_then(|()| fs::create_dir(&dir.path))
                        .map_err(Error::io("replace the cgroup", &dir.path))?;
                }
                result => result.map_err(Error::io("make the cgroup", &dir.path))?,
            }
        }
        self.limit(limits)
    }

    /// Sets the limits anew. Memory that is in use is not taken away: the kernel refuses a limit below it.
    pub fn limit(&self, limits: &Limits) -> Result<()> {
        for dir in &self.dirs {
            match dir.version {
                CgroupVersion::V1 => v1::write_limits(dir, limits)?,
                CgroupVersion::V2 => v2::write_limits(dir, limits)?,
            }
        }
        Ok(())
    }

    /// The v2 directory, in which a process can be born.
    pub fn birthplace(&self) -> Option<Result<File>> {
        let dir = self.dirs.iter().find(|dir| dir.version == CgroupVersion::V2)?;
        Some(File::open(&dir.path).map_err(Error::io("open the cgroup", &dir.path)))
    }

    /// Moves the calling process, which must have one thread, into the cgroup. `born` says that it was born in the v2
    /// directory.
    pub fn enter(&self, born: bool) -> Result<()> {
        let here = |dir: &&Dir| born && dir.version == CgroupVersion::V2;
        self.dirs
            .iter()
            .filter(|dir| !here(dir))
            .try_for_each(|dir| write(&dir.path, dir.door(), "0"))
    }

    /// The files by which a process with one thread enters: it writes `0` to each, in this order.
    pub fn doors(&self) -> Result<Vec<File>> {
        let open = |dir: &Dir| {
            let path = dir.path.join(dir.door());
            File::options()
                .write(true)
                .open(&path)
                .map_err(Error::io("open", &path))
        };
        self.dirs.iter().map(open).collect()
    }

    /// The processes in the cgroup, in any hierarchy.
    pub fn processes(&self) -> Vec<i32> {
        let mut pids: Vec<i32> = Vec::new();
        for dir in &self.dirs {
            collect_processes(&dir.path, &mut pids);
        }
        pids.sort_unstable();
        pids.dedup();
        pids
    }

    /// Sends SIGKILL to every process in the cgroup but `spare`. Those that are born meanwhile need another call.
    pub fn kill(&self, spare: Option<i32>) {
        let kernel_does = |dir: &Dir| dir.version == CgroupVersion::V2 && write(&dir.path, "cgroup.kill", "1").is_ok();
        if spare.is_none() && self.dirs.iter().any(kernel_does) {
            return;
        }
        for pid in self.processes().into_iter().filter(|pid| Some(*pid) != spare) {
            // It may have ended since it was listed.
            drop(sys::kill(pid, libc::SIGKILL));
        }
    }

    /// An event counter that counts each time the cgroup runs out of memory (v1 only: in v2 the kernel itself ends the
    /// whole cgroup).
    pub fn oom_event(&self) -> Option<File> {
        let dir = self
            .dir_of(Controller::Memory)
            .filter(|dir| dir.version == CgroupVersion::V1)?;
        v1::oom_event(dir).ok()
    }

    /// How often the kernel has killed a process for want of memory.
    pub fn oom_kills(&self) -> u64 {
        let Some(dir) = self.dir_of(Controller::Memory) else {
            return 0;
        };
        let file = match dir.version {
            CgroupVersion::V1 => "memory.oom_control",
            CgroupVersion::V2 => "memory.events",
        };
        keyed(&dir.path, file, "oom_kill").unwrap_or(0)
    }

    /// Adds what the kernel has counted to `stats`.
    pub fn read_stats(&self, stats: &mut Stats) {
        for dir in &self.dirs {
            match dir.version {
                CgroupVersion::V1 => v1::read_stats(dir, stats),
                CgroupVersion::V2 => v2::read_stats(dir, stats),
            }
        }
    }

    /// Removes the cgroup and all below it. Fine if it is gone already.
    ///
    /// # Errors
    /// [`Error::Io`] if a process is still in it.
    pub fn remove(&self) -> Result<()> {
        for dir in &self.dirs {
            remove_tree(&dir.path).map_err(Error::io("remove the cgroup", &dir.path))?;
        }
        Ok(())
    }
}

fn make_levels(root: &Dir, name: &str) -> Result<Dir> {
    let mut dir = root.clone();
    for level in name.split('/') {
        if dir.version == CgroupVersion::V2 {
            v2::delegate(&dir)?;
        }
        dir.path.push(level);
        match fs::create_dir(&dir.path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("make the cgroup", &dir.path)(error));
            }
            _ => {}
        }
    }
    if dir.version == CgroupVersion::V2 {
        v2::delegate(&dir)?;
    }
    Ok(dir)
}

fn collect_processes(dir: &Path, pids: &mut Vec<i32>) {
    let text = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
    pids.extend(text.lines().filter_map(|line| line.parse::<i32>().ok()));
    for child in child_dirs(dir) {
        collect_processes(&child, pids);
    }
}

fn child_dirs(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// A cgroup's files cannot be removed, only its directory; the task may have made more of them inside.
fn remove_tree(dir: &Path) -> io::Result<()> {
    match fs::remove_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {
            let children = child_dirs(dir);
            if children.is_empty() {
                return Err(error);
            }
            children.iter().try_for_each(|child| remove_tree(child))?;
            fs::remove_dir(dir)
        }
        result => result,
    }
}

/// Writes one of the kernel's files, which are never created.
fn write(dir: &Path, file: &str, text: &str) -> Result<()> {
    let path = dir.join(file);
    let write = |path: &Path| File::options().write(true).open(path)?.write_all(text.as_bytes());
    write(&path).map_err(Error::io("write", &path))
}

/// As [`fn@write`], for a file that some kernels do not have.
fn write_if_there(dir: &Path, file: &str, text: &str) -> Result<()> {
    match write(dir, file, text) {
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// The number in a file that holds one; `None` for `max`.
fn number(dir: &Path, file: &str) -> Option<u64> {
    fs::read_to_string(dir.join(file)).ok()?.trim().parse().ok()
}

/// The number beside `key` in a file of lines `KEY NUMBER`.
fn keyed(dir: &Path, file: &str, key: &str) -> Option<u64> {
    let text = fs::read_to_string(dir.join(file)).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

/// The CFS period in microseconds, the kernel's default.
const PERIOD_MICROS: u64 = 100_000;

/// Microseconds of processor time in a period for so many cores; the kernel takes no less than 1000.
fn quota_micros(cpus: f64) -> u64 {
    ((cpus * PERIOD_MICROS as f64).round() as u64).max(1000)
}

/// `cpu.shares` for so many cores: 1024 each, within the kernel's bounds.
fn shares(cpus: f64) -> u64 {
    ((cpus * 1024.0).round() as u64).clamp(2, 262_144)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;
    use crate::linux::sys::Fork;

    /// The one step of v2 that every kernel with a v2 mount can show, whatever its controllers: birth in a cgroup, and
    /// the death of all in it.
    #[test]
    fn a_process_is_born_and_dies_in_a_v2_cgroup() {
        let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let v2 = table.lines().find(|line| line.contains(" - cgroup2 "));
        let Some(mount) = v2.and_then(|line| line.split(' ').nth(4)) else {
            return;
        };
        let path = Path::new(mount).join(format!("harmony-born-{}", std::process::id()));
        if fs::create_dir(&path).is_err() {
            // Not root.
            return;
        }
        let cgroup = Cgroup {
            dirs: vec![Dir {
                path,
                version: CgroupVersion::V2,
                controllers: Vec::new(),
            }],
        };
        let birthplace = cgroup.birthplace().unwrap().unwrap();
        let Fork::Parent(pid) = sys::clone_into(0, Some(birthplace.as_fd())).unwrap() else {
            loop {
                drop(sys::poll(&mut [], -1));
            }
        };
        assert_eq!(cgroup.processes(), [pid]);
        assert!(cgroup.remove().is_err(), "a cgroup in use was removed");
        cgroup.kill(None);
        while sys::reap().is_ok_and(|reaped| reaped.is_none()) {
            std::thread::yield_now();
        }
        assert!(cgroup.processes().is_empty());
        cgroup.remove().unwrap();
        cgroup.remove().unwrap();
    }
}
