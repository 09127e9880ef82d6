//! `harmony up`: a cluster on this machine. A supervisor starts a master and the agents as processes of their own,
//! restarts what dies and stops all of them when it is asked to; tasks belong to their shims and go on.

mod banner;
mod child;
mod detach;
mod holder;
pub mod leftover;
mod logs;
mod machine;
mod passed;
mod plan;
mod ports;
mod ready;
mod supervise;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use base_fault::Class;
use io_store::{DirLock, Fault};

use crate::client::Login;
use crate::cluster::{default_dir, remember};
use crate::daemon::access::MasterAccess;
use crate::failure::Failure;
use crate::platform;

/// Runs a cluster on this machine: a master, agents and the app scheduler.
///
/// Ctrl-C stops it and leaves the tasks running; the next `up` adopts them.
#[derive(clap::Args, Debug, Clone)]
#[command(after_help = "Example: harmony up --agents 5 --detach")]
pub struct Args {
    /// Where the cluster keeps its state [default: ~/.local/state/harmony/default]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How many agents [default: 3, or as many as the directory has]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=200))]
    agents: Option<u8>,
    /// Leave the cluster running and return when it is healthy
    #[arg(long)]
    detach: bool,
    /// The address on which the Mesos and the Marathon API listen [default: 127.0.0.1]
    #[arg(long, value_name = "IP")]
    bind: Option<IpAddr>,
    /// Allow an address that others can reach, though nothing on the way is encrypted
    #[arg(long)]
    insecure: bool,
    /// Run tasks as plain processes, even where namespaces and cgroups are to be had
    #[arg(long)]
    plain: bool,
    /// Share no port with other clusters on this machine: a new cluster takes free ones, and addresses of its own for its
    /// agents
    #[arg(long)]
    apart: bool,
    #[command(flatten)]
    access: MasterAccess,
    /// This is the process that `--detach` leaves running
    #[arg(long, hide = true, conflicts_with = "detach")]
    detached: bool,
    #[command(flatten)]
    master: passed::Passed,
}

/// Runs the cluster until it is asked to stop, or leaves it running.
///
/// # Errors
/// The directory is in use, a port is taken, the machine has too little, or a daemon does not start.
pub fn run(args: &Args, login: &Login) -> anyhow::Result<ExitCode> {
    let login = login.or_first_of(&args.access.read()?.credentials);
    may_listen(args)?;
    let homeless =
        || Failure::new(Class::Invalid, "there is no home directory").next("name a directory with --dir DIR");
    let dir = args
        .dir
        .clone()
        .map_or_else(|| default_dir().ok_or_else(homeless), Ok)?;
    platform::private_dir(&dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
    let dir = dir
        .canonicalize()
        .with_context(|| format!("cannot find {}", dir.display()))?;
    if args.detach {
        return detach::run(args, &dir, &login);
    }
    let _lock = lock(&dir)?;
    leftover::wait_for_daemons(&dir, leftover::PATIENCE)?;
    let endpoints = plan::make(&dir, args.agents, args.bind, args.apart)?;
    if let Err(error) = remember(&dir) {
        eprintln!("warning: the CLI will not find this cluster by itself: {error}");
    }
    supervise::run(&dir, args, &endpoints, &login)
}

/// Without authentication only this machine may speak to the cluster, unless the user says otherwise.
fn may_listen(args: &Args) -> Result<(), Failure> {
    match args.bind {
        Some(ip) if !ip.is_loopback() && !args.insecure => {
            let message = format!("{ip} can be reached by others, and nothing on the way is encrypted");
            Err(Failure::new(Class::Denied, message).next("leave --bind out, or say --insecure too"))
        }
        _ => Ok(()),
    }
}

/// Takes the directory for this process.
///
/// # Errors
/// `conflict` with the process that has it.
pub fn lock(dir: &Path) -> anyhow::Result<DirLock> {
    let taken = |fault: Fault| match &fault {
        Fault::Locked { .. } => {
            let shown = dir.display();
            let next =
                format!("`harmony status --cluster {shown}` shows that cluster, `harmony down --dir {shown}` stops it");
            anyhow::Error::from(Failure::new(Class::Conflict, fault.to_string()).next(next))
        }
        _ => fault.into(),
    };
    DirLock::take(dir).map_err(taken)
}
