//! Go programs for the conformance tests: frameworks on libraries that nobody here wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::cargo::must;
use crate::root;
use crate::setup::Mode;

/// A Go program of `tests/cluster/frameworks` that is built into `target/go`.
pub struct Program {
    /// The program's file.
    pub name: &'static str,
    /// The directory of its module, and the name in HARMONY_SKIP.
    pub module: &'static str,
    /// The package in the module.
    package: &'static str,
    /// The variable by which tests find the program.
    pub variable: &'static str,
}

pub const PROGRAMS: [Program; 3] = [
    Program {
        name: "mesos_go",
        module: "mesos_go",
        package: ".",
        variable: "HARMONY_GO_MESOS",
    },
    Program {
        name: "mesos_go_executor",
        module: "mesos_go",
        package: "./executor",
        variable: "HARMONY_GO_MESOS_EXECUTOR",
    },
    Program {
        name: "mesos_go_with_executor",
        module: "mesos_go",
        package: "./with_executor",
        variable: "HARMONY_GO_MESOS_WITH_EXECUTOR",
    },
];

const REMEDY: &str = "install Go 1.19 or newer (Debian: golang-go), or leave this test out by HARMONY_SKIP=mesos_go";

/// Where the program is.
pub fn binary(root: &Path, program: &Program) -> PathBuf {
    root::target(root).join("go").join(program.name)
}

/// Builds a program; what it needs is fetched as `go.sum` says, but only if things may be installed.
pub fn prepare(root: &Path, program: &Program, mode: Mode) -> anyhow::Result<()> {
    if Command::new("go").arg("version").output().is_err() {
        bail!("there is no Go: {REMEDY}");
    }
    let module = root.join("tests/cluster/frameworks").join(program.module);
    let mut build = Command::new("go");
    build
        .current_dir(module)
        .args(["build", "-mod=readonly", "-trimpath", "-o"])
        .arg(binary(root, program))
        .arg(program.package);
    // The release at hand is used, whatever other one a module names.
    build.env("CGO_ENABLED", "0").env("GOTOOLCHAIN", "local");
    if mode == Mode::CheckOnly {
        build.env("GOPROXY", "off");
    }
    must(&mut build)
}
