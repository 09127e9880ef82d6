//! An idle cluster: `idle [SECONDS]` starts `HARMONY_BIN up` with three agents in a fresh directory, lets it be for a minute,
//! and reads what all of its processes use; then again with ten apps of one sleeping instance each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bench::report::{Report, Row};
use bench::runs::{argument, short};
use bench::usage::{Process, cpu_seconds_of, processes, pss_kib};

const AGENTS: &str = "3";
const APPS: usize = 10;
const READY_WITHIN: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

fn main() -> anyhow::Result<()> {
    let Some(binary) = std::env::var_os("HARMONY_BIN").map(PathBuf::from) else {
        println!("skipped: HARMONY_BIN names no harmony binary; `cargo xtask bench idle` builds one and sets it");
        return Ok(());
    };
    let quiet = Duration::from_secs(argument(1, 60) as u64);
    let mut report = Report::begin("An idle cluster on one machine")?;
    let dir = tempfile::tempdir()?;
    let cluster = Cluster::start(&binary, &dir.path().join("cluster"))?;
    cluster.measure(&mut report, quiet, "without apps");
    cluster.add_apps(dir.path())?;
    cluster.measure(&mut report, quiet, "with ten apps");
    cluster.stop()?;
    report.end();
    Ok(())
}

struct Cluster {
    binary: PathBuf,
    dir: PathBuf,
    up: Child,
}

impl Cluster {
    fn start(binary: &Path, dir: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command.arg("up").arg("--dir").arg(dir).args(["--agents", AGENTS]);
        let up = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let up = up.with_context(|| format!("cannot start {}", binary.display()))?;
        let cluster = Self {
            binary: binary.to_owned(),
            dir: dir.to_owned(),
            up,
        };
        cluster.wait_until("the cluster answers", || cluster.harmony(&["status"]).is_ok())?;
        Ok(cluster)
    }

    /// Runs a command of the command line and gives its output.
    fn harmony(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(&self.binary);
        let output = command
            .args(arguments)
            .env("HARMONY_CLUSTER", &self.dir)
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            bail!(
                "harmony {}: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) -> anyhow::Result<()> {
        let start = Instant::now();
        while !holds() {
            if start.elapsed() > READY_WITHIN {
                bail!("not within {} s: {what}", READY_WITHIN.as_secs());
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    fn add_apps(&self, scratch: &Path) -> anyhow::Result<()> {
        let app =
            |n: usize| format!(r#"{{"id":"/sleep-{n}","cmd":"exec sleep 100000","cpus":0.01,"mem":32,"instances":1}}"#);
        let apps: Vec<String> = (0..APPS).map(app).collect();
        let file = scratch.join("apps.json");
        std::fs::write(&file, format!("[{}]", apps.join(",")))?;
        self.harmony(&["app", "add", &file.to_string_lossy()])?;
        self.wait_until("every app runs", || {
            self.groups().1.iter().filter(|p| is_shim(p)).count() >= APPS
        })
    }

    /// The control plane's processes, and those of its tasks: the first descend from `up`; a shim has no parent of ours,
    /// but names its directory.
    fn groups(&self) -> (Vec<Process>, Vec<Process>) {
        let (all, dir) = (processes(), self.dir.to_string_lossy().into_owned());
        let named = all
            .iter()
            .filter(|process| is_shim(process) && process.line.contains(&dir));
        let roots = named.map(|process| process.pid).chain([self.up.id()]).collect();
        let family = descendants(&all, roots);
        let own: Vec<Process> = all
            .into_iter()
            .filter(|process| family.contains(&process.pid))
            .collect();
        let shims = own
            .iter()
            .filter(|process| is_shim(process))
            .map(|process| process.pid)
            .collect();
        let tasks = descendants(&own, shims);
        own.into_iter().partition(|process| !tasks.contains(&process.pid))
    }

    fn measure(&self, report: &mut Report, quiet: Duration, when: &str) {
        sleep(quiet);
        let (control, tasks) = self.groups();
        let before = cpu(&control);
        let start = Instant::now();
        sleep(quiet);
        let percent = (cpu(&control) - before) * 100.0 / start.elapsed().as_secs_f64();
        report.row(Row {
            what: format!("PSS of the control plane {when}, {} processes", control.len()),
            figure: format!("{} MiB", short(pss(&control) / 1024.0)),
            first: "80 MiB",
            target: "",
            floor: String::new(),
        });
        for process in &control {
            let name: Vec<&str> = process.line.split(' ').skip(1).take(1).collect();
            report.detail(
                format!("of that, {}", name.concat()),
                format!("{} MiB", short(pss_kib(process.pid) / 1024.0)),
            );
        }
        report.row(Row {
            what: format!("CPU of the control plane {when}, over {} s", quiet.as_secs()),
            figure: format!("{} % of a core", short(percent)),
            first: "1 %",
            target: "",
            floor: String::new(),
        });
        if !tasks.is_empty() {
            let text = format!("{} MiB in {} processes", short(pss(&tasks) / 1024.0), tasks.len());
            report.detail("PSS of the shims, their inits and tasks", text);
        }
    }

    fn stop(mut self) -> anyhow::Result<()> {
        self.harmony(&["down", "--yes", "--dir", &self.dir.to_string_lossy()])?;
        self.up.wait()?;
        Ok(())
    }
}

/// What is started and not stopped by the end is stopped, whatever went wrong.
impl Drop for Cluster {
    fn drop(&mut self) {
        if matches!(self.up.try_wait(), Ok(None)) {
            drop(self.harmony(&["down", "--yes", "--dir", &self.dir.to_string_lossy()]));
            drop(self.up.kill());
            drop(self.up.wait());
        }
    }
}

/// Some processes, and all that descend from them.
fn descendants(all: &[Process], mut family: BTreeSet<u32>) -> BTreeSet<u32> {
    while let Some(next) = all
        .iter()
        .find(|p| family.contains(&p.parent) && !family.contains(&p.pid))
    {
        family.insert(next.pid);
    }
    family
}

fn is_shim(process: &Process) -> bool {
    process.line.starts_with(io_runtime::SHIM_ARG0) || process.line.split(' ').nth(1) == Some("shim")
}

fn cpu(processes: &[Process]) -> f64 {
    processes.iter().map(|process| cpu_seconds_of(process.pid)).sum()
}

fn pss(processes: &[Process]) -> f64 {
    processes.iter().map(|process| pss_kib(process.pid)).sum()
}
