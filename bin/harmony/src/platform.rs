//! The few things that operating systems do differently: owners' modes, process groups, and asking a process to end.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Makes a directory with its parents, for its owner only (0700), also if it was there with another mode.
pub fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Writes a whole file that only its owner may read (0600); a crash leaves the old content or the new.
pub fn private_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// The file that standard error goes to, if it is one.
pub fn log_file() -> Option<PathBuf> {
    let target = fs::read_link("/proc/self/fd/2").ok()?;
    target.is_file().then_some(target)
}

/// A process group of its own, so that Ctrl-C in the terminal does not reach it.
pub fn own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Asks a process to end (SIGTERM); whether it could be asked.
pub fn ask_to_end(pid: u32) -> bool {
    let mut command = if cfg!(windows) {
        Command::new("taskkill")
    } else {
        Command::new("sh")
    };
    if cfg!(windows) {
        command.args(["/PID", &pid.to_string()]);
    } else {
        command.args(["-c", "kill -TERM \"$0\"", &pid.to_string()]);
    }
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Starts this program anew in this very process, with the same arguments and one more; returns only why it cannot.
pub fn start_anew(option: &str, value: &str) -> io::Error {
    let mut args = std::env::args_os().skip(1).peekable();
    let mut kept = Vec::new();
    while let Some(arg) = args.next() {
        if arg == option {
            args.next();
        } else {
            kept.push(arg);
        }
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let mut command = Command::new(program);
    command.args(kept).args([option, value]);
    #[cfg(unix)]
    return std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    io::Error::from(io::ErrorKind::Unsupported)
}

/// Resolves when somebody asks this process to end, by Ctrl-C or SIGTERM. The end of its terminal (SIGHUP) is taken
/// note of and ignored.
pub struct Stop {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    _hangup: tokio::signal::unix::Signal,
}

impl Stop {
    /// From now on the signals no longer kill this process.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (term, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self {
            term,
            interrupt,
            _hangup: signal(SignalKind::hangup())?,
        })
    }

    /// From now on the signal no longer kills this process.
    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next request to end.
    pub async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}
