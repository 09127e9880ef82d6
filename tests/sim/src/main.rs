//! Simulates one seed; the trace and what came of it go to standard output.

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use sim::{Options, Plant, Printer};

/// Simulate a cluster under seeded faults
#[derive(Parser)]
struct Args {
    /// The seed: the same seed gives the same trace
    #[arg(long)]
    seed: u64,
    /// How many events happen before the faults stop
    #[arg(long, default_value_t = 5000)]
    steps: u64,
    /// Build in a mistake that the oracles must find
    #[arg(long)]
    plant: Option<Mistake>,
    /// Print every line of the trace
    #[arg(long)]
    trace: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mistake {
    /// Answer callers before their facts are in the journal
    AnswerBeforeAppend,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let plant = args.plant.map(|Mistake::AnswerBeforeAppend| Plant::AnswerBeforeAppend);
    let options = Options {
        seed: args.seed,
        steps: args.steps,
        plant,
    };
    let printer: Option<Printer> = if args.trace {
        Some(Box::new(|line| println!("{line}")))
    } else {
        None
    };
    let report = sim::run(&options, printer);
    println!("{report}");
    if report.failure.is_none() {
        return ExitCode::SUCCESS;
    }
    let more = if plant.is_some() {
        " --plant answer-before-append"
    } else {
        ""
    };
    println!(
        "replay it by: cargo run --release -p sim -- --seed {} --steps {}{more} --trace",
        args.seed, args.steps
    );
    ExitCode::FAILURE
}
