//! Where the repository and its target directory are.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The file that marks the repository's root.
const MARK: &str = "xtask/floors.toml";

/// The repository's root: the nearest directory at or above the current one that holds the floors' table.
pub fn find() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("the current directory cannot be read")?;
    here.ancestors()
        .find(|dir| dir.join(MARK).is_file())
        .map(Path::to_path_buf)
        .with_context(|| {
            format!(
                "no {MARK} at or above {}: run this inside the repository",
                here.display()
            )
        })
}

/// Cargo's target directory: `CARGO_TARGET_DIR` or `target` in the root.
pub fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root.join(dir),
        None => root.join("target"),
    }
}

/// Whether the repository has the crate in `dir` yet: a crate starts when its first real code arrives.
pub fn has_crate(root: &Path, dir: &str) -> bool {
    root.join(dir).join("Cargo.toml").is_file()
}
