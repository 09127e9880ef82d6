//! `cargo xtask bench`: runs the programs of `tests/bench` on the release build.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::cargo::{build_release, must};
use crate::root;

/// The crate of the benchmarks; its package is called `bench`.
const CRATE: &str = "tests/bench";

#[derive(clap::Args)]
pub struct Options {
    /// Only these programs [default: all]
    programs: Vec<String>,
    /// Arguments for each program
    #[arg(last = true)]
    more: Vec<String>,
}

/// Builds the benchmarks with the binary that they measure, and runs the chosen ones in turn.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<ExitCode> {
    if !root::has_crate(root, CRATE) {
        bail!("there is no {CRATE} yet");
    }
    let all = programs(&root.join(CRATE))?;
    if let Some(unknown) = options.programs.iter().find(|name| !all.contains(name)) {
        bail!("no benchmark is called {unknown}; there are: {}", all.join(", "));
    }
    let binaries = build_release(root, &["harmony", "bench"])?;
    for name in all
        .iter()
        .filter(|name| options.programs.is_empty() || options.programs.contains(name))
    {
        println!("\n== {name}");
        let mut program = Command::new(binaries.join(name));
        must(
            program
                .args(&options.more)
                .env("HARMONY_BIN", binaries.join("harmony"))
                .current_dir(root),
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The names of the crate's programs: `bench` for `src/main.rs`, and one for each entry of `src/bin`.
fn programs(dir: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    if dir.join("src/main.rs").is_file() {
        names.push("bench".to_owned());
    }
    let bins = dir.join("src/bin");
    if bins.is_dir() {
        for entry in std::fs::read_dir(&bins).with_context(|| format!("cannot list {}", bins.display()))? {
            let path = entry?.path();
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
