//! `cargo xtask`: everything that is done to this repository besides editing it.
//!
//! It depends on no crate of the workspace, so that it builds in seconds and works while the rest does not compile.

mod bench;
mod cargo;
mod go;
mod node;
mod python;
mod root;
mod setup;
mod sim;
mod steps;
mod test;
mod tidy;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The verbs of the repository.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Build, run and check Harmony"
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build Harmony, start a cluster on this machine and run a sample app on it
    Up(up::Options),
    /// Wait for the cluster of DIR and run the sample app on it (a part of `up`)
    #[command(hide = true)]
    Greet(up::Greeting),
    /// Install what the tests need, then check everything
    Test,
    /// Check everything, but install nothing
    Ci,
    /// Check the rules of the house: floors, names, sizes, links, dependencies
    Tidy,
    /// Run one seed of the whole-cluster simulation
    Sim(sim::Options),
    /// Run the benchmarks and print their figures
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    let root = root::find()?;
    match verb {
        Verb::Up(options) => up::run(&root, &options),
        Verb::Greet(greeting) => up::greet(&root, &greeting).map(|()| ExitCode::SUCCESS),
        Verb::Test => test::run(&root, setup::Mode::Install),
        Verb::Ci => test::run(&root, setup::Mode::CheckOnly),
        Verb::Tidy => tidy::run(&root),
        Verb::Sim(options) => sim::run(&root, &options),
        Verb::Bench(options) => bench::run(&root, &options),
    }
}
