//! Directories from outside that a container sees below its sandbox.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use minicbor::{Decode, Encode};

use crate::{Error, Launch, Result};

/// A directory of the host for a container.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Volume {
    /// The directory, absolute; it exists.
    #[n(0)]
    pub source: PathBuf,
    /// Where the container has it: relative to the sandbox, or absolute, which must then exist and needs namespaces.
    #[n(1)]
    pub target: PathBuf,
    /// Whether the container may only read it; without namespaces nobody sees to that.
    #[n(2)]
    pub read_only: bool,
}

impl Volume {
    /// What is wrong with it.
    pub(crate) fn flaw(&self) -> Option<String> {
        let plain = |path: &Path| {
            let mut parts = path.components();
            parts.all(|part| matches!(part, Component::Normal(_) | Component::RootDir | Component::CurDir))
                && path.file_name().is_some()
                && path.to_str().is_some_and(|text| !text.contains('\0'))
        };
        if !self.source.is_absolute() || !plain(&self.source) {
            return Some(format!("{} is not an absolute path", self.source.display()));
        }
        let target = self.target.display();
        (!plain(&self.target)).then(|| format!("{target} is not a path inside of the container"))
    }

    /// The path that the container's process sees.
    pub fn place(&self, sandbox: &Path) -> PathBuf {
        sandbox.join(&self.target)
    }
}

/// Makes ready where a launch's volumes will be: directories to mount on, or links where nothing is mounted.
pub(crate) fn make_places(launch: &Launch, mounted: bool) -> Result<()> {
    launch
        .volumes
        .iter()
        .try_for_each(|volume| make_place(launch, volume, mounted))
}

fn make_place(launch: &Launch, volume: &Volume, mounted: bool) -> Result<()> {
    let invalid = |reason: String| Error::Invalid {
        id: launch.id.clone(),
        field: "volumes",
        reason,
    };
    let place = volume.place(&launch.sandbox);
    if !volume.source.is_dir() {
        return Err(invalid(format!("{} is not a directory", volume.source.display())));
    }
    if volume.target.is_absolute() {
        return match (mounted, place.is_dir()) {
            (true, true) => Ok(()),
            (true, false) => Err(invalid(format!("{} is not a directory of this host", place.display()))),
            (false, _) => Err(invalid(format!(
                "{} is an absolute path, and nothing can be mounted there without namespaces",
                place.display()
            ))),
        };
    }
    let make = if mounted {
        fs::create_dir_all(&place)
    } else {
        link(&volume.source, &place)
    };
    make.map_err(Error::io("make the place of a volume at", &place))
}

fn link(source: &Path, place: &Path) -> io::Result<()> {
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    #[cfg(unix)]
    return std::os::unix::fs::symlink(source, place);
    #[cfg(windows)]
    return std::os::windows::fs::symlink_dir(source, place);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_stays_inside() {
        let volume = |target: &str| Volume {
            source: "/data".into(),
            target: target.into(),
            read_only: false,
        };
        for bad in ["", "..", "a/../..", "/", "a/.."] {
            assert!(volume(bad).flaw().is_some(), "{bad:?}");
        }
        for good in ["data", "a/b", "./a", "/var/data"] {
            assert_eq!(volume(good).flaw(), None, "{good:?}");
        }
    }
}
