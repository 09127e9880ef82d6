//! How a container ended, and how it is found again.

use minicbor::{Decode, Encode};

use crate::Launch;

/// How the main process of a container ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum ExitStatus {
    /// It ended by itself with this code, 0 to 255.
    #[n(0)]
    Code(#[n(0)] i32),
    /// A signal of this number ended it.
    #[n(1)]
    Signal(#[n(0)] i32),
}

/// The record that a shim leaves when nothing of its container runs any more. Fields are only added.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Exit {
    /// How the main process ended.
    #[n(0)]
    pub status: ExitStatus,
    /// Whether the kernel found the container out of its memory limit.
    #[n(1)]
    pub oom: bool,
    /// The memory limit in bytes, if there was one.
    #[n(2)]
    pub memory_limit_bytes: Option<u64>,
    /// The most memory that was in use at once, in bytes, where the kernel says so.
    #[n(3)]
    pub memory_peak_bytes: Option<u64>,
    /// When the main process began, in milliseconds since 1970.
    #[n(4)]
    pub started_ms: u64,
    /// When the main process was seen to have ended, in milliseconds since 1970.
    #[n(5)]
    pub ended_ms: u64,
    /// Whether somebody asked for a kill before the end.
    #[n(6)]
    pub kill_requested: bool,
    /// Whether the grace period ran out, so that SIGKILL was sent.
    #[n(7)]
    pub forced: bool,
    /// Bytes of output that could not be written to the sandbox (full disk).
    #[n(8)]
    pub output_lost_bytes: u64,
}

/// The end of a container as the agent learns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Its shim recorded the end.
    Exited(Exit),
    /// Its shim is gone without a record (killed, or the machine was restarted), and the container with it.
    Lost,
}

/// One process, named so that it cannot be taken for another: pids are reused, pairs of pid and start are not
/// (within one boot).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct ProcessId {
    /// The pid in the agent's pid namespace.
    #[n(0)]
    pub pid: i32,
    /// The process' start in clock ticks since boot, field 22 of `/proc/PID/stat` (proc_pid_stat(5)).
    #[n(1)]
    pub start_ticks: u64,
}

/// A running container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle {
    /// The container's id.
    pub id: String,
    /// Its supervisor.
    pub shim: ProcessId,
    /// Its init: PID 1 of its pid namespace if it has one, the parent of the main process in any case.
    pub init: ProcessId,
    /// When its main process began, in milliseconds since 1970.
    pub started_ms: u64,
}

/// A container found in the runtime directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovered {
    /// What it was launched with.
    pub launch: Launch,
    /// What became of it.
    pub found: Found,
}

/// What became of a container while no agent watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It runs: its shim holds its lock, and boot id and start times agree with the record.
    Running(Handle),
    /// It ended, and its shim recorded how.
    Exited(Exit),
    /// It is gone and nobody knows how it ended.
    Lost,
}

/// Everything that [`crate::Runtime::recover`] found.
#[derive(Debug, Default)]
pub struct Recovery {
    /// The containers, ordered by id.
    pub containers: Vec<Recovered>,
    /// Directories that hold an unreadable launch: left alone, for a human to see.
    pub broken: Vec<crate::Error>,
}
