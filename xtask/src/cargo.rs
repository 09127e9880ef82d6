//! How Cargo is called: one place, so that every step builds with the same flags and nothing is compiled twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::root;

/// `cargo` with `arguments`, in the root.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(arguments);
    command
}

/// Runs `command` with this process' streams; a status other than 0 is an error that repeats the command line.
pub fn must(command: &mut Command) -> anyhow::Result<()> {
    let line = line_of(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Builds `packages` for release, statically linked, in one call (so that their features are unified once), and
/// returns the directory of the binaries.
///
/// The flags go with an explicit target: Cargo then keeps them away from procedural macros and build scripts, which
/// must stay loadable libraries and ordinary programs.
pub fn build_release(root: &Path, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let triple = host_triple(root)?;
    let mut command = cargo(root, &["build", "--release", "--target", &triple]);
    for package in packages {
        command.args(["--package", package]);
    }
    command.env("RUSTFLAGS", static_flags(&triple));
    must(&mut command)?;
    release_dir(root)
}

/// Where `build_release` puts its binaries.
pub fn release_dir(root: &Path) -> anyhow::Result<PathBuf> {
    Ok(root::target(root).join(host_triple(root)?).join("release"))
}

/// A static, position-dependent program starts in half the time and keeps half the memory: each container has one.
fn static_flags(triple: &str) -> &'static str {
    if triple.contains("linux") {
        "-C target-feature=+crt-static -C relocation-model=static"
    } else {
        ""
    }
}

fn host_triple(root: &Path) -> anyhow::Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .current_dir(root)
        .output()
        .context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .with_context(|| format!("`rustc -vV` names no host: {text}"))
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_is_static_and_others_are_left_alone() {
        assert!(static_flags("x86_64-unknown-linux-gnu").contains("+crt-static"));
        assert!(static_flags("aarch64-unknown-linux-gnu").contains("relocation-model=static"));
        assert_eq!(static_flags("x86_64-pc-windows-gnu"), "");
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = must(Command::new("false").arg("--why")).expect_err("false fails");
        assert!(error.to_string().starts_with("`false --why` ended with"), "{error}");
    }
}
