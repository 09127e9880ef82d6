//! The shim: one small process for each container, which outlives the agent and ends with the container.
//!
//! It has one thread, forks, and never execs; what it needs it allocates once. Its working directory is the
//! container's runtime directory, so that it names its files without a path.

mod client;
mod init;
mod logs;
mod plan;
mod reaper;
mod serve;
mod start;
mod way;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::record::{self, Order, Report};
use super::sys::{self, Fork};

/// Why a container could not be started.
pub struct Failure {
    stage: String,
    reason: String,
}

/// For `map_err`: the stage at which a failure came.
fn at<E: std::fmt::Display>(stage: impl Into<String>) -> impl FnOnce(E) -> Failure {
    let stage = stage.into();
    move |error| Failure {
        stage,
        reason: error.to_string(),
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Io { action, path, source } => Self {
                stage: format!("{action} {}", path.display()),
                reason: source.to_string(),
            },
            other => Self {
                stage: "prepare".to_owned(),
                reason: other.to_string(),
            },
        }
    }
}

/// The shim's whole life. `args` are the process' arguments: its name, perhaps `shim`, and the container's runtime
/// directory; anything after that is for readers of `ps`. It must be called first of all in `main`, while the process
/// has one thread. Standard input is the container's locked `launch` file and standard output a pipe to the agent.
pub fn shim_main(args: impl IntoIterator<Item = OsString>) -> ! {
    let mut args = args.into_iter().skip(1).skip_while(|arg| arg == "shim");
    let code = match args
        .next()
        .map(PathBuf::from)
        .ok_or_else(usage)
        .and_then(|dir| detach(&dir))
    {
        Ok(Some(inherited)) => live(inherited),
        Ok(None) => 0,
        Err(error) => {
            eprintln!("harmony shim: {error}");
            1
        }
    };
    sys::exit_now(code)
}

fn usage() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "it is started by an agent, with a container's runtime directory",
    )
}

/// What the agent hands over.
struct Inherited {
    /// The order; the lock on it lasts until the last copy of this descriptor is closed, hence until the shim ends.
    lock: File,
    /// For the one report.
    report: File,
}

/// Leaves the agent's session and family: the caller of the shim returns with `None`, the shim itself goes on.
fn detach(dir: &Path) -> io::Result<Option<Inherited>> {
    sys::close_from(3);
    let inherited = Inherited {
        lock: sys::take_inherited(0)?,
        report: sys::take_inherited(1)?,
    };
    let null = File::options().read(true).write(true).open("/dev/null")?;
    sys::place(&null, 0, false)?;
    sys::place(&null, 1, false)?;
    std::env::set_current_dir(dir)?;
    if let Fork::Parent(_) = sys::fork()? {
        return Ok(None);
    }
    sys::set_session()?;
    sys::set_name(c"harmony-shim");
    let log = File::options().create(true).append(true).open(record::LOG)?;
    sys::place(&log, 2, false)?;
    Ok(Some(inherited))
}

fn live(mut inherited: Inherited) -> i32 {
    let started = read_order(&mut inherited.lock).and_then(|order| start::start(order, inherited.lock));
    let (report, started) = match started {
        Ok(started) => (Report::Running(started.state.clone()), Some(started)),
        Err(Failure { stage, reason }) => {
            eprintln!("cannot start: {stage}: {reason}");
            (Report::Failed { stage, reason }, None)
        }
    };
    let sent = record::encode(&report).and_then(|bytes| inherited.report.write_all(&bytes));
    drop(inherited.report);
    if let Err(error) = sent {
        // The agent is gone; the next one will find the container by its runtime directory.
        eprintln!("no agent waits for the report: {error}");
    }
    match started {
        Some(started) => serve::Shim::new(started).serve(),
        None => 1,
    }
}

fn read_order(file: &mut File) -> Result<Order, Failure> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(at("read the launch"))?;
    Ok(record::decode(Path::new(record::ORDER), &bytes)?)
}
