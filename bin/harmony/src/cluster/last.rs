//! The directory of the last `harmony up` of this user, kept in `$XDG_STATE_HOME/harmony/last` (XDG Base Directory
//! Specification; `~/.local/state` by default).

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use crate::platform;

fn state_home() -> Option<PathBuf> {
    let absolute = |text: &OsStr| Path::new(text).is_absolute();
    let of = |name| std::env::var_os(name).filter(|text| absolute(text)).map(PathBuf::from);
    let home = || Some(of("HOME").or_else(|| of("USERPROFILE"))?.join(".local").join("state"));
    Some(of("XDG_STATE_HOME").or_else(home)?.join("harmony"))
}

/// The directory of the last `up`, if there was one.
pub fn last_dir() -> Option<PathBuf> {
    let text = std::fs::read_to_string(state_home()?.join("last")).ok()?;
    Some(PathBuf::from(text.strip_suffix('\n').unwrap_or(&text)))
}

/// Where a cluster lives when no directory is named.
pub fn default_dir() -> Option<PathBuf> {
    Some(state_home()?.join("default"))
}

/// Notes that `dir` was started last.
///
/// # Errors
/// The note cannot be written; the cluster runs all the same.
pub fn remember(dir: &Path) -> io::Result<()> {
    let Some(home) = state_home() else { return Ok(()) };
    std::fs::create_dir_all(&home)?;
    platform::private_file(&home.join("last"), format!("{}\n", dir.display()).as_bytes())
}
