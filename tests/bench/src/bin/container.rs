//! Real containers: `container [COUNT [LIVE]]` launches `/bin/true` COUNT times (300), waits for it and destroys it, alone and
//! eight at once, while LIVE others (20) sleep. The shim is `HARMONY_BIN`, if that is set, or this program.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use bench::report::{Report, Row};
use bench::runs::{argument, millis, percentile, percentiles, short, sorted};
use bench::usage::pss_kib;
use io_runtime::{Command, Handle, Launch, Limits, Options, Runtime, Sandbox};

const LANES: usize = 8;

fn main() -> anyhow::Result<()> {
    if io_runtime::called_as_shim() {
        io_runtime::shim_main(std::env::args_os());
    }
    let (count, live) = (argument(1, 300), argument(2, 20));
    let mut report = Report::begin("Container launch (row 16)")?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    tokio.block_on(run(&mut report, count, live))?;
    report.end();
    Ok(())
}

async fn run(report: &mut Report, count: usize, live: usize) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let parent = format!("harmony-bench-{}", std::process::id());
    let mut options = Options::new(dir.path().join("run"), &parent);
    let shim = std::env::var_os("HARMONY_BIN").map(PathBuf::from);
    options.shim_exe = shim.clone().unwrap_or(options.shim_exe);
    let runtime = Runtime::new(options)?;
    let probe = runtime.probe();
    report.detail(
        "containers",
        format!(
            "namespaces {}, memory cgroup {:?}, shim {}",
            probe.namespaces,
            probe.memory,
            shim.map_or("this program".into(), |path| path.display().to_string())
        ),
    );
    let sandbox = Sandbox::create(dir.path().join("sandbox"), None)?;
    let idle = start_idle(report, &runtime, &sandbox, live).await?;
    one_by_one(report, &runtime, &sandbox, count).await?;
    at_once(report, &runtime, &sandbox, count).await?;
    for handle in idle {
        runtime.kill(&handle.id, Duration::ZERO).await?;
        runtime.wait(&handle.id).await?;
        runtime.destroy(&handle.id).await?;
    }
    for hierarchy in std::fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten() {
        // Not there where nothing was made.
        drop(std::fs::remove_dir(hierarchy.path().join(&parent)));
    }
    Ok(())
}

/// Starts those that only sleep, and reads what supervising them costs.
async fn start_idle(
    report: &mut Report,
    runtime: &Runtime,
    sandbox: &Sandbox,
    live: usize,
) -> anyhow::Result<Vec<Handle>> {
    let mut handles = Vec::new();
    for number in 0..live {
        let sleep = Command::Argv(["sleep", "100000"].map(str::to_owned).to_vec());
        let launch = Launch::new(format!("idle-{number}"), sleep, sandbox.path());
        handles.push(runtime.launch(&launch).await?);
    }
    let pss = |handle: &Handle| [handle.shim.pid, handle.init.pid].map(|pid| pss_kib(pid.unsigned_abs()));
    let all: Vec<[f64; 2]> = handles.iter().map(pss).collect();
    let each = |part: usize| all.iter().map(|pss| pss[part]).sum::<f64>() / live.max(1) as f64;
    report.row(Row {
        what: format!("PSS of a shim with its init, average of {live}"),
        figure: format!(
            "{} MiB (shim {} KiB, init {} KiB)",
            short((each(0) + each(1)) / 1024.0),
            short(each(0)),
            short(each(1))
        ),
        first: "2 MiB",
        target: "300 KiB",
        floor: String::new(),
    });
    Ok(handles)
}

async fn one_by_one(report: &mut Report, runtime: &Runtime, sandbox: &Sandbox, count: usize) -> anyhow::Result<()> {
    let mut steps = [const { Vec::new() }; 3];
    let begin = Instant::now();
    for number in 0..count {
        let launch = true_launch(number, sandbox);
        let start = Instant::now();
        runtime.launch(&launch).await?;
        let launched = Instant::now();
        runtime.wait(&launch.id).await?;
        let ended = Instant::now();
        runtime.destroy(&launch.id).await?;
        let times = [launched - start, ended - launched, ended.elapsed()];
        steps
            .iter_mut()
            .zip(times)
            .for_each(|(step, time)| step.push(millis(time)));
    }
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    let [launch, end, destroy] = steps;
    let p50 = percentile(&sorted(launch.clone()), 0.5);
    report.row(Row {
        what: "launch to running, one after the other".to_owned(),
        figure: percentiles(launch, "ms"),
        first: "p50 15 ms",
        target: "p50 4 ms",
        floor: report.floor().spawn(),
    });
    report.detail(
        "ratio of its p50 to the floor",
        short(p50 * 1e3 / report.floor().spawn_micros),
    );
    report.detail("then to the end of /bin/true", percentiles(end, "ms"));
    report.detail("then to destroyed", percentiles(destroy, "ms"));
    report.detail(
        "launch, end and destroy, one after the other",
        format!("{}/s", short(rate)),
    );
    Ok(())
}

async fn at_once(report: &mut Report, runtime: &Runtime, sandbox: &Sandbox, count: usize) -> anyhow::Result<()> {
    let begin = Instant::now();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| tokio::spawn(lane_of(runtime.clone(), sandbox.clone(), lane, count)))
        .collect();
    let mut times = Vec::new();
    for lane in lanes {
        times.extend(lane.await.context("a lane")??);
    }
    let rate = times.len() as f64 / begin.elapsed().as_secs_f64();
    report.detail(format!("launch to running, {LANES} at once"), percentiles(times, "ms"));
    report.row(Row {
        what: format!("launch, end and destroy, {LANES} at once"),
        figure: format!("{}/s", short(rate)),
        first: "",
        target: "300/s",
        floor: report.floor().spawn(),
    });
    Ok(())
}

async fn lane_of(runtime: Runtime, sandbox: Sandbox, lane: usize, count: usize) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for number in (lane..count).step_by(LANES) {
        let launch = true_launch(number, &sandbox);
        let start = Instant::now();
        runtime.launch(&launch).await?;
        times.push(millis(start.elapsed()));
        runtime.wait(&launch.id).await?;
        runtime.destroy(&launch.id).await?;
    }
    Ok(times)
}

fn true_launch(number: usize, sandbox: &Sandbox) -> Launch {
    let command = Command::Argv(vec!["/bin/true".to_owned()]);
    let mut launch = Launch::new(format!("bench-{number}"), command, sandbox.path());
    launch.limits = Limits {
        cpus: Some(0.1),
        cpus_max: None,
        memory_bytes: Some(32 << 20),
        pids_max: Some(64),
    };
    launch
}
