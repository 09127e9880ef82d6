//! `cargo xtask up`: from a fresh clone to a running app in one command.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::cargo::{build_release, must};
use crate::root;

/// The app that greets a newcomer.
const SAMPLE: &str = "examples/hello.json";
/// How long the cluster may take until it answers.
const READY_WITHIN: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Options {
    /// Where the cluster keeps its state [default: target/harmony]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How many agents
    #[arg(long)]
    agents: Option<u32>,
    /// Leave the cluster running and return
    #[arg(long)]
    detach: bool,
    /// More arguments for `harmony up`
    #[arg(last = true)]
    more: Vec<String>,
}

#[derive(clap::Args)]
pub struct Greeting {
    /// The harmony binary
    #[arg(long)]
    pub binary: PathBuf,
    /// The cluster's directory
    #[arg(long)]
    pub dir: PathBuf,
}

/// Builds the binary and starts the cluster. Without `--detach` this process becomes `harmony up` itself, so that
/// Ctrl-C reaches it alone, while a child of ours waits for the cluster and runs the sample.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<ExitCode> {
    let binary = build_release(root, &["harmony"])?.join("harmony");
    let dir = match &options.dir {
        Some(dir) => std::path::absolute(dir)?,
        None => root::target(root).join("harmony"),
    };
    let mut up = Command::new(&binary);
    up.arg("up").arg("--dir").arg(&dir);
    if let Some(agents) = options.agents {
        up.args(["--agents", &agents.to_string()]);
    }
    if options.detach {
        up.arg("--detach");
    }
    up.args(&options.more);
    if options.detach {
        must(&mut up)?;
        greet(root, &Greeting { binary, dir })?;
        return Ok(ExitCode::SUCCESS);
    }
    let this = std::env::current_exe().context("the path of this program is unknown")?;
    let mut greeting = Command::new(this);
    greeting
        .arg("greet")
        .arg("--binary")
        .arg(&binary)
        .arg("--dir")
        .arg(&dir);
    greeting
        .current_dir(root)
        .spawn()
        .context("cannot start the greeting")?;
    become_command(&mut up)
}

#[cfg(unix)]
fn become_command(command: &mut Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", command.get_program().display()))
}

#[cfg(not(unix))]
fn become_command(command: &mut Command) -> anyhow::Result<ExitCode> {
    must(command)?;
    Ok(ExitCode::SUCCESS)
}

/// Waits until the cluster answers, runs the sample app unless it is there already, waits for its deployment
/// and prints the cluster's addresses.
pub fn greet(root: &Path, Greeting { binary, dir }: &Greeting) -> anyhow::Result<()> {
    let harmony = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).env("HARMONY_CLUSTER", dir);
        command
    };
    wait_until_ready(|| harmony(&["status"]))?;
    let sample = root.join(SAMPLE);
    let text = std::fs::read_to_string(&sample).with_context(|| format!("cannot read {}", sample.display()))?;
    let id = app_id(&text).with_context(|| format!("{SAMPLE} has no \"id\""))?;
    if !quiet(&mut harmony(&["app", "show", id])) {
        must(&mut harmony(&["app", "add", &sample.to_string_lossy()]))?;
        must(&mut harmony(&["deployment", "watch"]))?;
    }
    must(&mut harmony(&["status"]))?;
    let (binary, dir) = (shown(binary), shown(dir));
    println!("\n{id} is running. Try, in another terminal:");
    for line in [
        "task list".to_owned(),
        format!("app scale {id} 3"),
        format!("down --dir {dir}"),
    ] {
        println!("  {binary} {line}");
    }
    Ok(())
}

/// `path` as a user standing in the current directory would type it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

fn wait_until_ready(status: impl Fn() -> Command) -> anyhow::Result<()> {
    let start = Instant::now();
    while !quiet(&mut status()) {
        if start.elapsed() > READY_WITHIN {
            bail!(
                "the cluster did not answer `harmony status` within {} s",
                READY_WITHIN.as_secs()
            );
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Whether `command` succeeds, with its output thrown away.
fn quiet(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The value of the first `"id"` key in an app definition.
fn app_id(json: &str) -> Option<&str> {
    let after = json
        .split_once("\"id\"")?
        .1
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')?;
    after.split_once('"').map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::app_id;

    #[test]
    fn the_id_is_found() {
        assert_eq!(app_id("{\n  \"id\" : \"/hello\", \"cmd\": \"x\"}"), Some("/hello"));
        assert_eq!(app_id("{\"cmd\": \"x\"}"), None);
        assert_eq!(app_id("{\"id\": 7}"), None);
    }
}
