//! `harmony up --detach`: the supervisor as a process of its own, which outlives this one and its terminal.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use base_fault::Class;
use io_store::DirLock;

use super::{Args, banner, logs, ready};
use crate::client::Login;
use crate::cluster::Endpoints;
use crate::failure::{self, Failure};
use crate::platform;
use crate::screen::{self, Progress};

const LOOK_EVERY: Duration = Duration::from_millis(100);
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Starts the supervisor and waits until its cluster is there.
///
/// # Errors
/// The supervisor ends, with its own words; or the cluster is not there in time, and is stopped.
pub fn run(args: &Args, dir: &Path, login: &Login) -> anyhow::Result<ExitCode> {
    // Whoever has the directory is told of at once. The supervisor takes it for good.
    drop(super::lock(dir)?);
    let log = logs::path(dir, "up");
    let said_before = log.metadata().map_or(0, |meta| meta.len());
    let mut child = spawn(args, dir, &log)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let endpoints = runtime.block_on(wait(&mut child, dir, login, (&log, said_before)))?;
    screen::line(&banner::running(dir, &endpoints, true))?;
    Ok(ExitCode::SUCCESS)
}

fn spawn(args: &Args, dir: &Path, log: &Path) -> anyhow::Result<Child> {
    let out = logs::open(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut command = Command::new(std::env::current_exe().context("the path of this program is unknown")?);
    command.arg("up").arg("--detached").arg("--dir").arg(dir);
    if args.apart {
        command.arg("--apart");
    }
    if let Some(agents) = args.agents {
        command.args(["--agents", &agents.to_string()]);
    }
    if let Some(bind) = args.bind {
        command.args(["--bind", &bind.to_string()]);
    }
    command
        .args(args.access.of_master())
        .args(args.insecure.then_some("--insecure"))
        .args(args.plain.then_some("--plain"))
        .args(&args.master.0);
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out)
        .current_dir("/");
    platform::own_group(&mut command)
        .spawn()
        .context("cannot start the supervisor")
}

async fn wait(
    child: &mut Child,
    dir: &Path,
    login: &Login,
    (log, said_before): (&Path, u64),
) -> anyhow::Result<Endpoints> {
    let (start, mut progress) = (Instant::now(), Progress::spinner());
    while start.elapsed() < READY_WITHIN {
        if let Some(status) = child.try_wait()? {
            return Err(refused(status, log, said_before));
        }
        if let Some(endpoints) = planned(dir, child.id()) {
            let seen = ready::look(&endpoints, login).await;
            if seen.is_ready() {
                return Ok(endpoints);
            }
            progress.show(seen.agents, seen.wanted, &seen.to_string());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    platform::ask_to_end(child.id());
    drop(child.wait());
    let late = format!(
        "the cluster was not there within {} s and is stopped",
        READY_WITHIN.as_secs()
    );
    let next = format!("its logs: {}", dir.join("log").display());
    Err(Failure::new(Class::Timeout, late).next(next).into())
}

/// The plan, once it is the child who has the directory.
fn planned(dir: &Path, pid: u32) -> Option<Endpoints> {
    let holder = std::fs::read_to_string(dir.join(DirLock::FILE_NAME)).ok()?;
    if holder.trim().parse() == Ok(pid) {
        Endpoints::read(dir).ok().flatten()
    } else {
        None
    }
}

/// The supervisor's own error, which it wrote to its log, with its class.
fn refused(status: std::process::ExitStatus, log: &Path, said_before: u64) -> anyhow::Error {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(
        text.get(usize::try_from(said_before).unwrap_or(0)..)
            .unwrap_or_default(),
    )
    .into_owned();
    let message = text.trim().trim_start_matches("error: ");
    let class = status
        .code()
        .and_then(failure::class_of_exit_code)
        .unwrap_or(Class::Internal);
    let said = if message.is_empty() {
        format!("the supervisor ended with {status}")
    } else {
        message.to_owned()
    };
    Failure::new(class, said).into()
}
