//! The container launcher: runs a task under a small supervisor of its own, the shim, that outlives the agent.
//!
//! The agent's side is [`Runtime`]. The shim's side is [`shim_main`], which the binary must call first of all when
//! [`called_as_shim`] says so, before it starts a thread.
//!
//! ```text
//! agent ── launch ──▶ shim ── clone ──▶ init (PID 1) ── fork ──▶ the task
//!   ▲                  │ cgroups, stdout and stderr, exit record      as its user, in its sandbox
//!   └── socket ────────┘
//! ```
//!
//! The runtime directory of a container holds `launch` (what to run; the shim holds a lock on it for as long as it
//! lives), `state` (who runs it), `sock` (where the shim answers), `exit` (how it ended) and `shim.log`.
//! A shim stays in the agent's own service of the init system, so a systemd unit of an agent needs `KillMode=process`:
//! with the default a restart of the agent would kill every shim. A container shares the host's file system, `/dev/shm`
//! included. The shim is cheapest when the binary is linked statically and without position independence.
//!
//! On systems other than Linux containers are plain child processes of the agent.

mod digest;
mod error;
mod exit;
mod identity;
mod launch;
mod link;
mod options;
mod sandbox;
mod space;
mod stats;
mod volume;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

pub use digest::digest;
pub use error::{Error, Result};
pub use exit::{Ending, Exit, ExitStatus, Found, Handle, ProcessId, Recovered, Recovery};
pub use identity::{ParseUserError, User};
pub use launch::{Command, Launch, Limits, LogRotation};
pub use link::{point, point_within};
#[cfg(target_os = "linux")]
pub use linux::{Runtime, shim_main};
pub use options::{CgroupVersion, Mode, Options, Probe};
#[cfg(not(target_os = "linux"))]
pub use portable::{Runtime, shim_main};
pub use sandbox::{Sandbox, disk_usage_bytes};
pub use space::disk_space_bytes;
pub use stats::Stats;
pub use volume::Volume;

/// The name by which an executable is called to be a shim.
pub const SHIM_ARG0: &str = "harmony-shim";

/// Whether this process was started as a shim: its `argv[0]` is [`SHIM_ARG0`], or its first argument is `shim`.
pub fn called_as_shim() -> bool {
    let mut args = std::env::args_os();
    args.next().is_some_and(|arg0| arg0 == SHIM_ARG0) || args.next().is_some_and(|arg| arg == "shim")
}
