//! Python environments for the conformance tests: frameworks that nobody here wrote, unmodified from PyPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::cargo::must;
use crate::root;
use crate::setup::{self, Mode};

/// A package from PyPI that gets a virtual environment of its own under `target/python`.
pub struct Package {
    pub name: &'static str,
    /// What pip installs.
    requirement: &'static str,
    /// The variable by which tests find the environment's interpreter.
    pub variable: &'static str,
    /// The newest Python 3 minor release on which it works, if there is such a bound.
    newest_minor: Option<u32>,
    remedy: &'static str,
}

pub const PACKAGES: [Package; 3] = [
    Package {
        name: "avmesos",
        requirement: "avmesos==0.4.2",
        variable: "HARMONY_PYTHON_AVMESOS",
        newest_minor: None,
        remedy: "install python3 with its venv module (Debian: python3-venv)",
    },
    Package {
        name: "pymesos",
        requirement: "pymesos==0.3.15",
        variable: "HARMONY_PYTHON_PYMESOS",
        // Its HTTP parser is a C extension that uses fields of the interpreter that Python 3.11 hid.
        newest_minor: Some(10),
        remedy: "install Python 3.10 or older (`pyenv install 3.10`), or leave this test out by HARMONY_SKIP=pymesos",
    },
    Package {
        name: "marathon",
        requirement: "marathon==0.13.0",
        variable: "HARMONY_PYTHON_MARATHON",
        newest_minor: None,
        remedy: "install python3 with its venv module (Debian: python3-venv)",
    },
];

/// Where the interpreter of `package`'s environment is.
pub fn interpreter(root: &Path, package: &Package) -> PathBuf {
    environment(root, package).join("bin/python")
}

/// Makes sure that `package` is installed in its environment; without installing, that is checked only.
pub fn prepare(root: &Path, package: &Package, mode: Mode) -> anyhow::Result<()> {
    let dir = environment(root, package);
    if setup::has(&dir, package.requirement, mode)? {
        return Ok(());
    }
    let Some(python) = candidates(package).into_iter().find(|python| suits(python, package)) else {
        bail!("no Python for {}: {}", package.name, package.remedy);
    };
    must(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&dir))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let mut install = Command::new(interpreter(root, package));
    must(install.args(pip).arg(package.requirement)).with_context(|| package.remedy)?;
    setup::remember(&dir, package.requirement)
}

fn environment(root: &Path, package: &Package) -> PathBuf {
    root::target(root).join("python").join(package.name)
}

/// Interpreters worth asking, the newest first: those on the path, then pyenv's own, which are often not on it.
fn candidates(package: &Package) -> Vec<PathBuf> {
    let newest = package.newest_minor.unwrap_or(13);
    let mut list = vec![PathBuf::from("python3")];
    let minors = (8..=newest).rev().map(|minor| format!("python3.{minor}"));
    list.extend(minors.map(PathBuf::from));
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv"));
    if let Some(pyenv) = std::env::var_os("PYENV_ROOT").map(PathBuf::from).or(home) {
        let entries = std::fs::read_dir(pyenv.join("versions"))
            .into_iter()
            .flatten()
            .flatten();
        let mut versions: Vec<PathBuf> = entries.map(|entry| entry.path().join("bin/python3")).collect();
        versions.sort();
        list.extend(versions.into_iter().rev());
    }
    list
}

/// Whether `python` starts, has the venv module, and is of a release on which `package` works.
fn suits(python: &Path, package: &Package) -> bool {
    let ask = "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1])";
    let Ok(output) = Command::new(python).args(["-c", ask]).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success() && version_suits(&text, package.newest_minor)
}

/// Whether the answer `"3 10"` names Python 3.8 or newer, and none newer than the bound.
fn version_suits(answer: &str, newest_minor: Option<u32>) -> bool {
    let mut numbers = answer.split_whitespace().map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(3)), Some(Ok(minor))) => minor >= 8 && newest_minor.is_none_or(|newest| minor <= newest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::version_suits;

    #[test]
    fn a_release_suits_within_its_bounds() {
        assert!(version_suits("3 10\n", Some(10)));
        assert!(!version_suits("3 11\n", Some(10)));
        assert!(version_suits("3 13\n", None));
        assert!(!version_suits("3 6\n", None));
        assert!(!version_suits("2 7\n", None));
        assert!(!version_suits("", None));
    }
}
