//! `harmony down`: the end of a cluster on this machine, tasks and all, whether its `up` runs or not.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use base_fault::Class;
use io_runtime::{Ending, Found, Runtime};
use io_store::{DirLock, Fault};
use serde_json::json;

use crate::cluster::{Endpoints, last_dir};
use crate::failure::Failure;
use crate::up::leftover;
use crate::{platform, screen};

const PAUSE: Duration = Duration::from_millis(30);
/// How much longer than its grace a task may take to end.
const AFTER_GRACE: Duration = Duration::from_secs(10);

/// Stops a cluster on this machine, its tasks too, whether `harmony up` runs or not.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony down --yes")]
pub struct Args {
    /// The cluster's directory [default: --cluster, or the last `harmony up`]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How many seconds tasks get between SIGTERM and SIGKILL
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    grace: u64,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Stops it.
///
/// # Errors
/// There is no such cluster, a daemon or a task does not end.
pub fn run(args: &Args, cluster: Option<&str>, json: bool) -> anyhow::Result<()> {
    let dir = find(args.dir.clone(), cluster)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let running = runtime.block_on(leftover::running(&dir));
    let question = format!("Stop the cluster in {} and its {running} running tasks?", dir.display());
    if running > 0 && !screen::confirm(&question, args.yes)? {
        return Err(Failure::new(Class::Precondition, "nothing was stopped").into());
    }
    let was_up = stop_supervisor(&dir)?;
    // From here on nobody else starts or stops anything here.
    let _lock = crate::up::lock(&dir)?;
    leftover::wait_for_daemons(&dir, leftover::PATIENCE)?;
    let killed = runtime.block_on(end_tasks(&dir, Duration::from_secs(args.grace)))?;
    if json {
        screen::json(&json!({ "dir": dir, "was_up": was_up, "tasks_stopped": killed }))?;
    } else {
        let control = if was_up {
            "The control plane is stopped"
        } else {
            "The control plane was not running"
        };
        let tasks = match killed {
            0 => "no task was running".to_owned(),
            1 => "1 task is stopped".to_owned(),
            many => format!("{many} tasks are stopped"),
        };
        let dir = dir.display();
        screen::line(&format!(
            "{control}; {tasks}.\n  harmony up --dir {dir}    starts the cluster and its apps again"
        ))?;
    }
    Ok(())
}

fn find(dir: Option<PathBuf>, cluster: Option<&str>) -> anyhow::Result<PathBuf> {
    let none = || Failure::new(Class::NotFound, "no cluster was started from here").next("name one with --dir DIR");
    let dir = match (dir, cluster) {
        (Some(dir), _) => dir,
        (None, Some(url)) if url.contains("://") => {
            let message = format!("{url} is not a directory: a cluster is brought down where it runs");
            return Err(Failure::new(Class::Invalid, message)
                .next("name its directory with --dir DIR")
                .into());
        }
        (None, Some(dir)) => PathBuf::from(dir),
        (None, None) => last_dir().ok_or_else(none)?,
    };
    let is_cluster = dir.join(Endpoints::FILE).is_file() || dir.join("agents").is_dir();
    if !is_cluster {
        let message = format!("{} is not the directory of a cluster", dir.display());
        return Err(Failure::new(Class::NotFound, message)
            .next("name the --dir that `harmony up` was given")
            .into());
    }
    dir.canonicalize()
        .with_context(|| format!("cannot find {}", dir.display()))
}

/// Asks the supervisor to end, if there is one, and waits for it; whether there was one.
fn stop_supervisor(dir: &Path) -> anyhow::Result<bool> {
    let deadline = Instant::now() + leftover::PATIENCE;
    let mut asked = None;
    loop {
        let holder = match DirLock::take(dir) {
            Ok(_) => return Ok(asked.is_some()),
            Err(Fault::Locked { holder, .. }) => holder,
            Err(fault) => return Err(fault.into()),
        };
        if let Some(pid) = holder.filter(|_| asked != holder) {
            if !platform::ask_to_end(pid) && DirLock::take(dir).is_err() {
                let message = format!("process {pid} runs the cluster and cannot be asked to end");
                return Err(Failure::new(Class::Denied, message)
                    .next("try again as the user who started it")
                    .into());
            }
            asked = holder;
        }
        if Instant::now() > deadline {
            let message = format!("the supervisor did not end within {} s", leftover::PATIENCE.as_secs());
            return Err(Failure::new(Class::Timeout, message)
                .next("its log is in the directory's `log`")
                .into());
        }
        thread::sleep(PAUSE);
    }
}

/// Ends all containers of all agents and removes what the kernel and the run directories keep of them. Gives how many ran.
async fn end_tasks(dir: &Path, grace: Duration) -> anyhow::Result<usize> {
    let (mut kept, mut running, mut runtimes) = (Vec::new(), Vec::new(), Vec::new());
    for agent in leftover::agents(dir) {
        let Some(runtime) = leftover::runtime(&agent)? else {
            continue;
        };
        let recovery = runtime.recover().await?;
        for broken in &recovery.broken {
            eprintln!("warning: {broken}");
        }
        for container in recovery.containers {
            let of = if matches!(container.found, Found::Running(_)) {
                &mut running
            } else {
                &mut kept
            };
            of.push((runtime.clone(), container.launch.id));
        }
        runtimes.push(runtime);
    }
    let all = running.len();
    let mut progress = screen::Progress::bar();
    for (runtime, id) in &running {
        runtime.kill(id, grace).await?;
    }
    for (ended, (runtime, id)) in running.iter().enumerate() {
        progress.show(ended as u64, all as u64, &format!("waiting for {all} tasks to end"));
        ended_in_time(runtime, id, grace).await?;
    }
    progress.finish();
    for (runtime, id) in running.iter().chain(&kept) {
        runtime.destroy(id).await?;
    }
    for runtime in &runtimes {
        runtime.retire()?;
    }
    Ok(all)
}

async fn ended_in_time(runtime: &Runtime, id: &str, grace: Duration) -> anyhow::Result<Ending> {
    let late = |_| Failure::new(Class::Timeout, format!("container {id} did not end")).next("run `harmony down` again");
    Ok(tokio::time::timeout(grace + AFTER_GRACE, runtime.wait(id))
        .await
        .map_err(late)??)
}
