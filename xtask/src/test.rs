//! `cargo xtask test` and `cargo xtask ci`: the one gate.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use crate::cargo::{build_release, cargo, must, release_dir};
use crate::setup::{self, Mode};
use crate::steps::{Ended, Steps};
use crate::{go, node, python, root, sim, tidy};

/// How long the simulation runs.
const SIMULATION: Duration = Duration::from_secs(60);

/// Runs every check, prints the table of steps, and fails if one failed. A step whose crate does not exist yet is not
/// listed.
pub fn run(root: &Path, mode: Mode) -> anyhow::Result<ExitCode> {
    let mut steps = Steps::default();
    add_setup(&mut steps, root, mode);
    add_reading(&mut steps, root);
    add_running(&mut steps, root);
    let report = steps.run();
    println!("\n{}", report.summary());
    Ok(if report.failed() == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn add_setup<'a>(steps: &mut Steps<'a>, root: &'a Path, mode: Mode) {
    steps.add("machine", move || setup::machine(mode));
    for package in &python::PACKAGES {
        steps.add_skippable(&format!("python {}", package.name), move || {
            if setup::skipped(package.name) {
                return Ok(Ended::Skipped("HARMONY_SKIP".into()));
            }
            python::prepare(root, package, mode).map(|()| Ended::Passed)
        });
    }
    for package in &node::PACKAGES {
        steps.add_skippable(&format!("node {}", package.name), move || {
            if setup::skipped(package.name) {
                return Ok(Ended::Skipped("HARMONY_SKIP".into()));
            }
            node::prepare(root, package, mode).map(|()| Ended::Passed)
        });
    }
    for program in &go::PROGRAMS {
        steps.add_skippable(&format!("go {}", program.name), move || {
            if setup::skipped(program.module) {
                return Ok(Ended::Skipped("HARMONY_SKIP".into()));
            }
            go::prepare(root, program, mode).map(|()| Ended::Passed)
        });
    }
}

/// Checks that read the sources.
fn add_reading<'a>(steps: &mut Steps<'a>, root: &'a Path) {
    steps.add("tidy", move || tidy::check(root));
    steps.add("format", move || must(&mut cargo(root, &["fmt", "--all", "--check"])));
    steps.add("clippy", move || {
        must(&mut cargo(
            root,
            &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        ))
    });
    steps.add("doc links", move || {
        let mut doc = cargo(
            root,
            &["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"],
        );
        must(doc.env("RUSTDOCFLAGS", "-D rustdoc::broken_intra_doc_links"))
    });
}

/// Checks that run the programs. Release binaries are built in one call, and the simulator runs the one built there.
fn add_running<'a>(steps: &mut Steps<'a>, root: &'a Path) {
    let programs = [("bin/harmony", "harmony"), (sim::CRATE, "sim")];
    let packages: Vec<&str> = programs
        .iter()
        .filter(|(dir, _)| root::has_crate(root, dir))
        .map(|(_, name)| *name)
        .collect();
    let (has_harmony, has_sim) = (packages.contains(&"harmony"), packages.contains(&"sim"));
    if !packages.is_empty() {
        steps.add("release build", move || build_release(root, &packages).map(drop));
    }
    steps.add("tests", move || {
        let mut tests = cargo(root, &["test", "--workspace"]);
        if has_harmony {
            tests.env("HARMONY_BIN", release_dir(root)?.join("harmony"));
        }
        for package in python::PACKAGES.iter().filter(|package| !setup::skipped(package.name)) {
            tests.env(package.variable, python::interpreter(root, package));
        }
        for package in node::PACKAGES.iter().filter(|package| !setup::skipped(package.name)) {
            tests.env(package.variable, node::modules(root, package));
        }
        for program in go::PROGRAMS.iter().filter(|program| !setup::skipped(program.module)) {
            tests.env(program.variable, go::binary(root, program));
        }
        must(&mut tests)
    });
    if has_sim {
        steps.add("simulation", move || {
            sim::soak(root, &release_dir(root)?.join("sim"), SIMULATION)
        });
    }
}
