//! Node.js packages for the conformance tests: frameworks that nobody here wrote, unmodified from npm.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::cargo::must;
use crate::root;
use crate::setup::{self, Mode};

/// A package from npm that gets a directory of its own under `target/node`.
pub struct Package {
    /// Its directory, and its name in HARMONY_SKIP.
    pub name: &'static str,
    /// What npm installs.
    requirement: &'static str,
    /// The variable by which tests find the directory of modules.
    pub variable: &'static str,
}

pub const PACKAGES: [Package; 1] = [Package {
    name: "mesos_framework",
    requirement: "mesos-framework@0.5.3",
    variable: "HARMONY_NODE_MESOS_FRAMEWORK",
}];

/// Where the package's modules are, as NODE_PATH wants it.
pub fn modules(root: &Path, package: &Package) -> PathBuf {
    directory(root, package).join("node_modules")
}

/// Makes sure that `package` is installed in its directory; without installing, that is checked only. Scripts of packages
/// are not run.
pub fn prepare(root: &Path, package: &Package, mode: Mode) -> anyhow::Result<()> {
    let dir = directory(root, package);
    if setup::has(&dir, package.requirement, mode)? {
        return Ok(());
    }
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let mut install = Command::new("npm");
    install
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(&dir)
        .arg(package.requirement);
    let remedy = "install Node.js and npm (Debian: npm), or leave this test out by HARMONY_SKIP=";
    must(&mut install).with_context(|| format!("{remedy}{}", package.name))?;
    setup::remember(&dir, package.requirement)
}

fn directory(root: &Path, package: &Package) -> PathBuf {
    root::target(root).join("node").join(package.name)
}
