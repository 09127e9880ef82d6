//! `cargo xtask sim`, and the minute of it that `cargo xtask test` runs.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::cargo::build_release;
use crate::root;

/// The simulator's crate; its package and binary are both called `sim`.
pub const CRATE: &str = "tests/sim";
/// Steps of one seed when the test command runs the simulator.
const STEPS: u64 = 5_000;
/// How much of a trace is shown.
const TAIL_LINES: usize = 20;

#[derive(clap::Args)]
pub struct Options {
    /// The seed: the same seed gives the same trace
    #[arg(long)]
    seed: u64,
    /// How many events to simulate before the faults stop
    #[arg(long)]
    steps: u64,
    /// More arguments for the simulator
    #[arg(last = true)]
    more: Vec<String>,
}

/// Builds the simulator and runs one seed with this process' streams.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<ExitCode> {
    if !root::has_crate(root, CRATE) {
        bail!("there is no {CRATE} yet");
    }
    let binary = build_release(root, &["sim"])?.join("sim");
    let status = seed(&binary, options.seed, options.steps)
        .args(&options.more)
        .status()
        .context("cannot start sim")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs seed 1, 2, 3 ... until `time` has passed; always at least one. The trace of the last one stays in
/// `target/sim/trace.txt`; its tail is printed, with the count of faults.
pub fn soak(root: &Path, binary: &Path, time: Duration) -> anyhow::Result<()> {
    let dir = root::target(root).join("sim");
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let trace = dir.join("trace.txt");
    let (start, mut number) = (Instant::now(), 0);
    while number == 0 || start.elapsed() < time {
        number += 1;
        let output = File::create(&trace).with_context(|| format!("cannot write {}", trace.display()))?;
        let status = seed(binary, number, STEPS)
            .stdout(output)
            .status()
            .context("cannot start sim")?;
        if !status.success() {
            print_tail(&trace)?;
            bail!("seed {number} ended with {status}; replay it by `cargo xtask sim --seed {number} --steps {STEPS}`");
        }
    }
    print_tail(&trace)?;
    println!(
        "{number} seeds of {STEPS} steps in {:.0} s",
        start.elapsed().as_secs_f32()
    );
    Ok(())
}

fn seed(binary: &Path, seed: u64, steps: u64) -> Command {
    let mut command = Command::new(binary);
    command.args(["--seed", &seed.to_string(), "--steps", &steps.to_string()]);
    command
}

fn print_tail(trace: &Path) -> anyhow::Result<()> {
    let text = std::fs::read(trace).with_context(|| format!("cannot read {}", trace.display()))?;
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL_LINES)..] {
        println!("{line}");
    }
    Ok(())
}
