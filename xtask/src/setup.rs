//! What the tests need from the machine, and how it gets there.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::cargo::must;

/// Whether missing things may be installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Install,
    CheckOnly,
}

/// A program that some test starts.
struct Need {
    program: &'static str,
    /// The Debian package that has it.
    package: &'static str,
    why: &'static str,
}

const NEEDS: [Need; 7] = [
    Need {
        program: "cc",
        package: "gcc",
        why: "links Rust programs and builds pymesos' parser",
    },
    Need {
        program: "git",
        package: "git",
        why: "tells tidy which files belong to the repository",
    },
    Need {
        program: "python3",
        package: "python3-venv",
        why: "runs the example worker and the Python frameworks",
    },
    Need {
        program: "go",
        package: "golang-go",
        why: "builds the schedulers, executors and tools of mesos-go",
    },
    Need {
        program: "npm",
        package: "npm",
        why: "gets the scheduler on Node.js and its library",
    },
    Need {
        program: "nginx",
        package: "nginx-light",
        why: "serves the static site of the examples",
    },
    Need {
        program: "redis-server",
        package: "redis-server",
        why: "is an example app",
    },
];

/// Makes sure that every needed program is there; as root on Debian the missing ones are installed.
pub fn machine(mode: Mode) -> anyhow::Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !on_path(need.program)).collect();
    if missing.is_empty() {
        println!("nothing is missing");
        return Ok(());
    }
    for need in &missing {
        println!(
            "{} is missing (Debian package {}): it {}",
            need.program, need.package, need.why
        );
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let line = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if mode == Mode::CheckOnly || !on_path("apt-get") || !is_root() {
        bail!("install what is missing, on Debian by `{line}`, as root");
    }
    must(&mut apt_get(&["update", "--quiet"]))?;
    must(apt_get(&["install", "--quiet", "--yes", "--no-install-recommends"]).args(packages))
}

/// Debian's packages start their daemons, whose ports the examples use. Run level 1 keeps them from it where init scripts
/// start daemons, and an offline `systemctl` where systemd does.
fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1")
        .env("SYSTEMD_OFFLINE", "1");
    command
}

/// Whether the user asked by `HARMONY_SKIP=a,b` to leave `name` out.
pub fn skipped(name: &str) -> bool {
    std::env::var("HARMONY_SKIP").is_ok_and(|list| list.split(',').any(|item| item.trim() == name))
}

/// The file of a package's directory that says what was installed into it.
const MARK: &str = "requirement.txt";

/// Whether a package of another language is installed in its directory. Without installing, it must be.
pub fn has(dir: &Path, requirement: &str, mode: Mode) -> anyhow::Result<bool> {
    let place = dir.display();
    if std::fs::read_to_string(dir.join(MARK)).is_ok_and(|text| text == requirement) {
        println!("{requirement} is in {place}");
        return Ok(true);
    }
    if mode == Mode::CheckOnly {
        bail!("{requirement} is not in {place}: run `cargo xtask test`, which installs it");
    }
    Ok(false)
}

/// Says that a package was installed into its directory.
pub fn remember(dir: &Path, requirement: &str) -> anyhow::Result<()> {
    let mark = dir.join(MARK);
    std::fs::write(&mark, requirement).with_context(|| format!("cannot write {}", mark.display()))
}

/// Whether a program is on the path or in the directories of the system's daemons, which are often not on it.
fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let daemons = ["/usr/sbin", "/sbin"].map(Path::new).map(Path::to_path_buf);
    std::env::split_paths(&path)
        .chain(daemons)
        .any(|dir| dir.join(program).is_file())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::on_path;

    #[test]
    fn programs_are_found_by_name() {
        assert!(on_path("cargo"));
        assert!(!on_path("a-program-that-nobody-has"));
    }
}
