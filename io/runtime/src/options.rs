//! How a runtime is set up, and what it found on its machine.

use std::ffi::OsString;
use std::path::PathBuf;

/// How a [`crate::Runtime`] is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory of the runtime directories, one a container, private to the agent. A short path on a local file
    /// system; it must survive a restart of the agent, and need not survive one of the machine.
    pub root: PathBuf,
    /// The executable that runs [`crate::shim_main`] when called by `shim_arg0`.
    pub shim_exe: PathBuf,
    /// The shim's `argv[0]`.
    pub shim_arg0: OsString,
    /// The cgroup under which each container gets its own, relative to the hierarchy's mount point, for example
    /// `harmony/3f2a9c01`: one per agent directory, so that agents on one machine never meet.
    pub cgroup_parent: String,
    /// How much isolation to use.
    pub mode: Mode,
}

/// How much isolation to use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// All that is possible: namespaces and cgroups as root, plain processes otherwise.
    #[default]
    Auto,
    /// Plain processes even as root.
    Plain,
}

/// The generation of a cgroup hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum CgroupVersion {
    /// One hierarchy per controller.
    #[n(0)]
    V1,
    /// The unified hierarchy.
    #[n(1)]
    V2,
}

/// What this machine offers to containers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// Whether the runtime has root and uses it.
    pub privileged: bool,
    /// Whether containers get namespaces of their own.
    pub namespaces: bool,
    /// Where the controller of CPU shares and quota lives.
    pub cpu: Option<CgroupVersion>,
    /// Where CPU accounting lives (v2: in `cpu`).
    pub cpuacct: Option<CgroupVersion>,
    /// Where the memory controller lives.
    pub memory: Option<CgroupVersion>,
    /// Where the controller of the number of processes lives.
    pub pids: Option<CgroupVersion>,
    /// What an operator should know: one sentence for each thing that is missing, with its consequence.
    pub notices: Vec<String>,
}

impl Options {
    /// Options for `root` with this executable itself as the shim and all the isolation that is possible.
    pub fn new(root: impl Into<PathBuf>, cgroup_parent: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            // The kernel's own link survives an upgrade that replaces the file.
            shim_exe: PathBuf::from("/proc/self/exe"),
            shim_arg0: OsString::from(crate::SHIM_ARG0),
            cgroup_parent: cgroup_parent.into(),
            mode: Mode::Auto,
        }
    }
}
