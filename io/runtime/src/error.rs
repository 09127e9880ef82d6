//! The one error type of this crate.

use std::io;
use std::path::{Path, PathBuf};

/// Why the runtime could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The launch itself is wrong: nothing was started and the same launch will fail again.
    #[error("container {id}: invalid {field}: {reason}")]
    Invalid {
        id: String,
        field: &'static str,
        reason: String,
    },
    /// The user or group is not in this machine's account files, or may not be taken on. Nothing was started.
    #[error("container {id}: user {user:?}: {reason}")]
    User { id: String, user: String, reason: String },
    /// A container of this id has a runtime directory already.
    #[error("container {id} exists already in {}", dir.display())]
    Exists { id: String, dir: PathBuf },
    /// No container of this id has a runtime directory.
    #[error("container {id} is not known in {}", root.display())]
    Unknown { id: String, root: PathBuf },
    /// The shim could not start the task: `stage` says what it was doing. Nothing is left running.
    #[error("container {id}: cannot start: {stage}: {reason}")]
    Start { id: String, stage: String, reason: String },
    /// The shim answered something that its protocol does not allow here, or refused the request.
    #[error("container {id}: shim: {reason}")]
    Protocol { id: String, reason: String },
    /// A container that should be gone still holds processes or its cgroup.
    #[error("container {id} is still running")]
    Busy { id: String },
    /// The machine failed: `action` says what was tried, on which path.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// A record on disk is not readable: it was written by something else, or cut short.
    #[error("cannot decode {}: {reason}", path.display())]
    Decode { path: PathBuf, reason: String },
    /// This system has no such facility.
    #[error("{what} is not available on this system")]
    Unsupported { what: &'static str },
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// For `map_err`: an I/O failure with what was tried and where.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
