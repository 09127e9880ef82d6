//! What a launch costs: `launch_bench [COUNT [LIVE]]` launches `/bin/true` COUNT times (200 by default), waits for it
//! and destroys it, while LIVE other containers (20 by default) sleep, and prints the times beside the floor, a plain
//! spawn of the same program.

use std::process::Command as Process;
use std::time::{Duration, Instant};

use io_runtime::{Command, Handle, Launch, Limits, Options, Runtime, Sandbox};

fn main() {
    if io_runtime::called_as_shim() {
        io_runtime::shim_main(std::env::args_os());
    }
    let number = |index, default| {
        std::env::args()
            .nth(index)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (count, live) = (number(1, 200), number(2, 20));
    print(
        "floor: spawn and wait",
        (0..count)
            .map(|_| timed(|| drop(Process::new("/bin/true").status())))
            .collect(),
    );
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("tokio");
    tokio.block_on(bench(count, live));
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

async fn bench(count: usize, live: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let parent = format!("harmony-bench-{}", std::process::id());
    let runtime = Runtime::new(Options::new(dir.path().join("run"), &parent)).expect("a runtime");
    let sandbox = Sandbox::create(dir.path().join("sandbox"), None).expect("a sandbox");
    let idle = start_idle(&runtime, &sandbox, live).await;
    print_memory(&idle);
    one_by_one(&runtime, &sandbox, count).await;
    at_once(&runtime, &sandbox, count).await;
    for handle in idle {
        runtime.kill(&handle.id, Duration::ZERO).await.expect("a kill");
        runtime.wait(&handle.id).await.expect("an end");
        runtime.destroy(&handle.id).await.expect("a removal");
    }
    for hierarchy in std::fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten() {
        // Not there where nothing was made.
        drop(std::fs::remove_dir(hierarchy.path().join(&parent)));
    }
}

async fn start_idle(runtime: &Runtime, sandbox: &Sandbox, live: usize) -> Vec<Handle> {
    let mut handles = Vec::new();
    for number in 0..live {
        let sleep = Command::Argv(["sleep", "1000"].map(str::to_owned).to_vec());
        let launch = Launch::new(format!("idle-{number}"), sleep, sandbox.path());
        handles.push(runtime.launch(&launch).await.expect("a launch"));
    }
    handles
}

/// What supervision costs in memory, on average.
fn print_memory(handles: &[Handle]) {
    let each = |pid: fn(&Handle) -> i32| {
        handles.iter().map(|handle| pss_kib(pid(handle))).sum::<u64>() / handles.len().max(1) as u64
    };
    let (shim, init) = (each(|handle| handle.shim.pid), each(|handle| handle.init.pid));
    println!(
        "memory of {} (PSS) each: shim {shim} KiB, init {init} KiB",
        handles.len()
    );
}

fn pss_kib(pid: i32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

async fn one_by_one(runtime: &Runtime, sandbox: &Sandbox, count: usize) {
    let mut steps = [const { Vec::new() }; 3];
    let begin = Instant::now();
    for number in 0..count {
        let launch = true_launch(number, sandbox);
        let start = Instant::now();
        runtime.launch(&launch).await.expect("a launch");
        let launched = Instant::now();
        runtime.wait(&launch.id).await.expect("an end");
        let ended = Instant::now();
        runtime.destroy(&launch.id).await.expect("a removal");
        for (step, time) in steps
            .iter_mut()
            .zip([launched - start, ended - launched, ended.elapsed()])
        {
            step.push(time);
        }
    }
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    for (name, times) in ["launch to running", "then to the end", "then to destroyed"]
        .into_iter()
        .zip(steps)
    {
        print(name, times);
    }
    println!("one after the other: {rate:.0} containers/s");
}

/// Eight lanes side by side.
async fn at_once(runtime: &Runtime, sandbox: &Sandbox, count: usize) {
    let begin = Instant::now();
    let lanes: Vec<_> = (0..8)
        .map(|lane| tokio::spawn(lane_of(runtime.clone(), sandbox.clone(), lane, count)))
        .collect();
    let mut times = Vec::new();
    for lane in lanes {
        times.extend(lane.await.expect("a lane"));
    }
    let rate = times.len() as f64 / begin.elapsed().as_secs_f64();
    print("launch, 8 at once", times);
    println!("8 at once: {rate:.0} containers/s");
}

async fn lane_of(runtime: Runtime, sandbox: Sandbox, lane: usize, count: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in (lane..count).step_by(8) {
        let launch = true_launch(number, &sandbox);
        let start = Instant::now();
        runtime.launch(&launch).await.expect("a launch");
        times.push(start.elapsed());
        runtime.wait(&launch.id).await.expect("an end");
        runtime.destroy(&launch.id).await.expect("a removal");
    }
    times
}

fn true_launch(number: usize, sandbox: &Sandbox) -> Launch {
    let mut launch = Launch::new(
        format!("bench-{number}"),
        Command::Argv(vec!["/bin/true".to_owned()]),
        sandbox.path(),
    );
    launch.limits = Limits {
        cpus: Some(0.1),
        cpus_max: None,
        memory_bytes: Some(32 << 20),
        pids_max: Some(64),
    };
    launch
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:24} p50 {:6.2} ms  p90 {:6.2} ms  p99 {:6.2} ms",
        at(0.5),
        at(0.9),
        at(0.99)
    );
}
