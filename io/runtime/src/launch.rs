//! What is to be run: the launch, as the agent states it and as the shim reads it.

use std::path::PathBuf;

use minicbor::{Decode, Encode};

use crate::{Error, Result, User, Volume};

/// One container to run. Written to the container's runtime directory and read by its shim, so fields are only added.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Launch {
    /// The container's id: 1 to 200 of `A-Z a-z 0-9 . _ -`, not starting with a dot. It names the cgroup too.
    #[n(0)]
    pub id: String,
    /// What to run.
    #[n(1)]
    pub command: Command,
    /// The task's whole environment; nothing is inherited or added.
    #[n(2)]
    pub env: Vec<(String, String)>,
    /// Whom to run as; `None` is the user that the agent runs as.
    #[n(3)]
    pub user: Option<User>,
    /// The task's working directory, absolute, existing and entered as the task's user. `stdout` and `stderr`, with
    /// their rotated predecessors `stdout.1` and so on, are kept in it.
    #[n(4)]
    pub sandbox: PathBuf,
    /// What the task may use; ignored where the runtime has no cgroups (see [`crate::Probe`]).
    #[n(5)]
    pub limits: Limits,
    /// Whether the task gets mount, pid, ipc and uts namespaces of its own; ignored without root. The file system
    /// stays the host's, as for Mesos' command tasks, with a fresh `/proc`.
    #[n(6)]
    pub namespaces: bool,
    /// How the output is kept.
    #[n(7)]
    pub logs: LogRotation,
    /// Milliseconds between SIGTERM and SIGKILL when the shim itself is told to end (SIGTERM); a kill by
    /// [`crate::Runtime::kill`] brings its own.
    #[n(8)]
    pub grace_ms: u64,
    /// Directories of the host that it gets.
    #[cbor(n(9), default)]
    pub volumes: Vec<Volume>,
    /// The id of a running container whose cgroup it shares: it has no limits of its own then, counts for the other's,
    /// and does not outlive it.
    #[n(10)]
    pub within: Option<String>,
}

/// The command of a container.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Command {
    /// Run by `/bin/sh -c`.
    #[n(0)]
    Shell(#[n(0)] String),
    /// A program and its arguments; the program is searched in the `PATH` of the task's environment if it has no `/`.
    #[n(1)]
    Argv(#[n(0)] Vec<String>),
}

/// What a container may use. Every `None` is "no limit".
#[derive(Debug, Clone, Copy, Default, PartialEq, Encode, Decode)]
pub struct Limits {
    /// Cores as a share against others (v1 `cpu.shares`, 1024 a core; v2 `cpu.weight`).
    #[n(0)]
    pub cpus: Option<f64>,
    /// Cores as a hard limit (CFS quota with a period of 100 ms).
    #[n(1)]
    pub cpus_max: Option<f64>,
    /// Bytes of memory, swap included where the kernel accounts for it; above it the container is OOM-killed.
    #[n(2)]
    pub memory_bytes: Option<u64>,
    /// Processes and threads of the task.
    #[n(3)]
    pub pids_max: Option<u64>,
}

/// How `stdout` and `stderr` are rotated, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct LogRotation {
    /// Bytes at which a file is rotated; no file grows beyond it. At least 4096.
    #[n(0)]
    pub max_bytes: u64,
    /// Rotated files kept beside the current one; 0 keeps none.
    #[n(1)]
    pub keep: u32,
}

impl Default for LogRotation {
    /// 10 MiB and 9 rotated files.
    fn default() -> Self {
        Self {
            max_bytes: 10 << 20,
            keep: 9,
        }
    }
}

impl Command {
    /// The program and its arguments.
    pub fn argv(&self) -> Vec<&str> {
        match self {
            Self::Shell(text) => vec!["/bin/sh", "-c", text],
            Self::Argv(argv) => argv.iter().map(String::as_str).collect(),
        }
    }
}

impl Launch {
    /// A launch of `command` in `sandbox` with an empty environment, as the agent's user, in namespaces, without limits.
    pub fn new(id: impl Into<String>, command: Command, sandbox: impl Into<PathBuf>) -> Self {
        Self {
            id: id.into(),
            command,
            env: Vec::new(),
            user: None,
            sandbox: sandbox.into(),
            limits: Limits::default(),
            namespaces: true,
            logs: LogRotation::default(),
            grace_ms: 3000,
            volumes: Vec::new(),
            within: None,
        }
    }

    /// Whether this launch can be understood at all.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the first field that is wrong.
    pub fn validate(&self) -> Result<()> {
        self.validate_id()?;
        self.validate_command()?;
        self.validate_env()?;
        self.limits
            .validate()
            .or_else(|reason| self.invalid("limits", reason))?;
        if !self.sandbox.is_absolute() {
            return self.invalid("sandbox", format!("{} is not an absolute path", self.sandbox.display()));
        }
        if self.sandbox.to_str().is_none_or(|path| path.contains('\0')) {
            return self.invalid("sandbox", "the path is not plain UTF-8");
        }
        if self.logs.max_bytes < 4096 {
            return self.invalid(
                "logs",
                format!("max_bytes is {}, expected at least 4096", self.logs.max_bytes),
            );
        }
        match self.volumes.iter().find_map(Volume::flaw) {
            Some(reason) => self.invalid("volumes", reason),
            None => Ok(()),
        }
    }

    fn validate_id(&self) -> Result<()> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if self.id.is_empty() || self.id.len() > 200 || self.id.starts_with('.') || !self.id.chars().all(plain) {
            return self.invalid("id", "expected 1 to 200 of A-Z a-z 0-9 . _ -, not starting with a dot");
        }
        Ok(())
    }

    fn validate_command(&self) -> Result<()> {
        let argv = self.command.argv();
        if argv.first().is_none_or(|program| program.is_empty()) {
            return self.invalid("command", "it names no program");
        }
        if argv.iter().any(|arg| arg.contains('\0')) {
            return self.invalid("command", "an argument holds a NUL byte");
        }
        Ok(())
    }

    fn validate_env(&self) -> Result<()> {
        for (name, value) in &self.env {
            if name.is_empty() || name.contains(['=', '\0']) {
                return self.invalid("env", format!("{name:?} is not a variable's name"));
            }
            if value.contains('\0') {
                return self.invalid("env", format!("the value of {name} holds a NUL byte"));
            }
        }
        Ok(())
    }

    fn invalid<T>(&self, field: &'static str, reason: impl Into<String>) -> Result<T> {
        Err(Error::Invalid {
            id: self.id.clone(),
            field,
            reason: reason.into(),
        })
    }
}

impl Limits {
    pub(crate) fn validate(&self) -> std::result::Result<(), String> {
        for (name, cpus) in [("cpus", self.cpus), ("cpus_max", self.cpus_max)] {
            if cpus.is_some_and(|cpus| !(cpus.is_finite() && cpus > 0.0)) {
                return Err(format!(
                    "{name} is {}, expected a number above 0",
                    cpus.unwrap_or_default()
                ));
            }
        }
        // Below this the kernel cannot even start the task, and the failure would be hard to understand.
        if let Some(bytes) = self.memory_bytes.filter(|bytes| *bytes < 1 << 20) {
            return Err(format!("memory_bytes is {bytes}, expected at least 1048576"));
        }
        if self.pids_max == Some(0) {
            return Err("pids_max is 0, expected at least 1".to_owned());
        }
        Ok(())
    }
}
