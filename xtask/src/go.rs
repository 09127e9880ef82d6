//! Go programs for the conformance tests: frameworks on libraries that nobody here wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::cargo::must;
use crate::root;
use crate::setup::Mode;

/// A Go program that is built into `target/go`, by a module of `tests/cluster/frameworks`.
pub struct Program {
    /// The program's file.
    pub name: &'static str,
    /// The directory of its module, and the name in HARMONY_SKIP.
    pub module: &'static str,
    /// The package in the module, or one of a library as it is.
    package: &'static str,
    /// Whether a part of it is in C.
    cgo: bool,
    /// The variable by which tests find the program.
    pub variable: &'static str,
}

pub const PROGRAMS: [Program; 6] = [
    Program {
        name: "mesos_go",
        module: "mesos_go",
        package: ".",
        cgo: false,
        variable: "HARMONY_GO_MESOS",
    },
    Program {
        name: "mesos_go_executor",
        module: "mesos_go",
        package: "./executor",
        cgo: false,
        variable: "HARMONY_GO_MESOS_EXECUTOR",
    },
    Program {
        name: "mesos_go_with_executor",
        module: "mesos_go",
        package: "./with_executor",
        cgo: false,
        variable: "HARMONY_GO_MESOS_WITH_EXECUTOR",
    },
    Program {
        name: "msh",
        module: "mesos_go_v1",
        package: "github.com/mesos/mesos-go/api/v1/cmd/msh",
        cgo: true,
        variable: "HARMONY_GO_MSH",
    },
    Program {
        name: "mwatch",
        module: "mesos_go_v1",
        package: "github.com/mesos/mesos-go/api/v1/cmd/mwatch",
        cgo: false,
        variable: "HARMONY_GO_MWATCH",
    },
    Program {
        name: "example_executor",
        module: "mesos_go_v1",
        package: "github.com/mesos/mesos-go/api/v1/cmd/example-executor",
        cgo: false,
        variable: "HARMONY_GO_EXAMPLE_EXECUTOR",
    },
];

const REMEDY: &str =
    "install Go 1.19 or newer (Debian: golang-go), or leave these tests out by HARMONY_SKIP=mesos_go,mesos_go_v1";

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
    let cgo = if program.cgo { "1" } else { "0" };
    build.env("CGO_ENABLED", cgo).env("GOTOOLCHAIN", "local");
    if mode == Mode::CheckOnly {
        build.env("GOPROXY", "off");
    }
    must(&mut build)
}
