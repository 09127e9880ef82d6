//! Agents that are really connected: `agents [AGENTS [INSTANCES [SECONDS]]]` starts `HARMONY_BIN master` and, in a process of
//! their own, agents with a TCP connection each over loopback. They register, run an app, run single instances beside
//! pollers of `/state`, are left alone, and come back after the master was killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bench::dialler::Fleet;
use bench::report::{Report, Row};
use bench::runs::{argument, percentile, percentiles, short, sorted};
use bench::server::{Master, PATIENCE, http};
use bench::usage::{cpu_seconds_of, pss_kib};
use rustix::process::{Resource, getrlimit, setrlimit};

/// Single launches for each percentile, and the time between two.
const PROBES: usize = 200;
const PACE: Duration = Duration::from_millis(50);
const POLLERS: usize = 100;
const POLL: Duration = Duration::from_secs(10);

fn main() -> anyhow::Result<()> {
    open_files()?;
    if std::env::args().nth(1).as_deref() == Some("fleet") {
        return fleet();
    }
    let Some(binary) = std::env::var_os("HARMONY_BIN").map(PathBuf::from) else {
        println!("skipped: HARMONY_BIN names no harmony binary; `cargo xtask bench agents` builds one and sets it");
        return Ok(());
    };
    let (agents, instances) = (argument(1, 10_000), argument(2, 50_000));
    let quiet = Duration::from_secs(argument(3, 30) as u64);
    let mut report = Report::begin("Connected agents (rows 4, 6 and 9 over loopback)")?;
    let dir = tempfile::tempdir()?;
    let mut master = Master::start(&binary, dir.path())?;
    let bare = pss_kib(master.process.id());
    let begun = Instant::now();
    let fleet = Agents::start(&master, agents, instances)?;
    let registered = fleet.wait_for("linked", begun)?;
    master.wait_for_agents(agents)?;
    let tcp = report.floor().tcp();
    let mut row = |what: String, figure: String, target| {
        report.row(Row {
            what,
            figure,
            first: "",
            target,
            floor: tcp.clone(),
        });
    };
    let each = (pss_kib(master.process.id()) - bare) / agents as f64;
    row(
        format!("{agents} agents registered, first dial to last report (Mesos 3.3 s)"),
        format!("{} s", short(registered)),
        "",
    );
    row(
        "PSS of the master for each, its connection among it".into(),
        format!("{} KiB", short(each)),
        "",
    );

    let busy = cpu_seconds_of(master.process.id());
    let begun = Instant::now();
    master.put_app("/bench", instances)?;
    let launched = fleet.wait_for(&format!("running {instances}"), begun)?;
    let busy = cpu_seconds_of(master.process.id()) - busy;
    row(
        format!("launch of {instances}, POST to the last RUNNING acknowledged (Mesos 2,700/s)"),
        format!("{}/s", short(instances as f64 / launched)),
        "10,000/s",
    );
    let micros = short(busy * 1e6 / instances as f64);
    row(
        "the same, CPU of the master an instance".into(),
        format!("{micros} µs"),
        "",
    );

    let alone = probe(&master, &fleet, instances)?;
    let pollers = Pollers::start(master.mesos);
    let beside = probe(&master, &fleet, instances + PROBES)?;
    let polled = pollers.stop();
    row(
        "a single launch, POST to its RUNNING acknowledged, alone".into(),
        percentiles(alone.clone(), "ms"),
        "",
    );
    row(
        format!(
            "the same beside {POLLERS} pollers of /state, each every 10 s, who read {} MB/s",
            short(polled)
        ),
        percentiles(beside.clone(), "ms"),
        "",
    );
    let [alone, beside] = [alone, beside].map(|all| percentile(&sorted(all), 0.99));
    row(
        "the same, p99 against p99".into(),
        format!("{} ×", short(beside / alone)),
        "1.1 ×",
    );

    let before = cpu_seconds_of(master.process.id());
    std::thread::sleep(quiet);
    let share = (cpu_seconds_of(master.process.id()) - before) * 100.0 / quiet.as_secs_f64();
    row(
        format!("left alone with a ping every 15 s, over {} s", quiet.as_secs()),
        format!("{} % of a core", short(share)),
        "5 %",
    );

    let running = fail_over(&mut master, &fleet, (agents, instances), &mut row)?;
    report.end();
    let before = instances + 2 * PROBES;
    if running != before {
        bail!("{before} tasks ran before, {running} after");
    }
    Ok(())
}

/// Kills the master and starts another. Returns how many tasks run then.
fn fail_over(
    master: &mut Master,
    fleet: &Agents,
    (agents, instances): (usize, usize),
    row: &mut dyn FnMut(String, String, &'static str),
) -> anyhow::Result<usize> {
    let begun = Instant::now();
    master.kill_and_start_again()?;
    let serving = begun.elapsed().as_secs_f64();
    let back = fleet.wait_for("linked", begun)?;
    master.wait_for_agents(agents)?;
    row(
        format!("kill -9 of the master with {instances} tasks: answering again"),
        format!("{} s", short(serving)),
        "1 s",
    );
    row(
        "the same: the last agent is back and has reported (Mesos 2.9 s)".into(),
        format!("{} s", short(back)),
        "3 s",
    );
    let running = master.metric("master/tasks_running")?;
    row("tasks running then".into(), short(running), "");
    Ok(running as usize)
}

/// The times of single launches, in ms, at a steady pace. So many were acknowledged before.
fn probe(master: &Master, fleet: &Agents, before: usize) -> anyhow::Result<Vec<f64>> {
    let launch = |number: usize| -> anyhow::Result<f64> {
        let begun = Instant::now();
        master.put_app(&format!("/probe-{number}"), 1)?;
        let seconds = fleet.wait_for(&format!("running {number}"), begun)?;
        std::thread::sleep(PACE.saturating_sub(begun.elapsed()));
        Ok(seconds * 1e3)
    };
    (before + 1..=before + PROBES).map(launch).collect()
}

/// Threads that ask for `/state`, spread over the time between two polls.
struct Pollers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<usize>>,
    begun: Instant,
}

impl Pollers {
    fn start(master: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let poller = |number: usize| {
            let stop = stop.clone();
            std::thread::spawn(move || {
                let mut next = Instant::now() + POLL * number as u32 / POLLERS as u32;
                let mut bytes = 0;
                while !stop.load(Ordering::Relaxed) {
                    std::thread::sleep(PACE);
                    if Instant::now() >= next {
                        next += POLL;
                        bytes += http(master, "GET", "/state", "").map_or(0, |text| text.len());
                    }
                }
                bytes
            })
        };
        let threads = (0..POLLERS).map(poller).collect();
        Self {
            stop,
            threads,
            begun: Instant::now(),
        }
    }

    /// How much they read together, in MB a second.
    fn stop(self) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        let bytes: usize = self.threads.into_iter().filter_map(|thread| thread.join().ok()).sum();
        bytes as f64 / self.begun.elapsed().as_secs_f64() / 1e6
    }
}

/// As many open files as this process may have; the master, its child, inherits that.
fn open_files() -> anyhow::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).context("cannot raise the limit of open files")
}

/// `fleet ADDRESS TOKEN COUNT FIRST`: the agents' process.
fn fleet() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(2);
    let mut next = || arguments.next().context("fleet ADDRESS TOKEN COUNT FIRST");
    let (address, token) = (next()?.parse()?, next()?);
    let (count, first) = (next()?.parse()?, next()?.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Fleet::run(address, token, count, first));
    Ok(())
}

/// The agents' process and what it says.
struct Agents {
    process: Child,
    said: Receiver<(Instant, String)>,
}

impl Agents {
    fn start(master: &Master, count: usize, first: usize) -> anyhow::Result<Self> {
        let token = std::fs::read_to_string(master.dir.join("join-token"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["fleet", &master.mesos.to_string(), token.trim()]);
        command.args([count.to_string(), first.to_string()]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(process.stdout.take().context("its output is a pipe")?).lines();
        let (says, said) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if says.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { process, said })
    }

    /// The seconds since `begun` at which it said so, after all that was waited for before.
    fn wait_for(&self, what: &str, begun: Instant) -> anyhow::Result<f64> {
        loop {
            let heard = self.said.recv_timeout(PATIENCE);
            let (at, line) = heard.with_context(|| format!("the agents don't say '{what}'"))?;
            if line == what && at >= begun {
                return Ok(at.duration_since(begun).as_secs_f64());
            }
        }
    }
}

impl Drop for Agents {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
