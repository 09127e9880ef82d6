//! Sandboxes: the directory that a task works in.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result, User};

#[cfg(not(unix))]
#[path = "other.rs"]
mod platform;
#[cfg(unix)]
#[path = "unix.rs"]
mod platform;

/// Makes sandbox directories.
#[derive(Debug, Clone)]
pub struct Sandbox {
    path: PathBuf,
}

impl Sandbox {
    /// Makes the directory at `path`, with its parents, for `user` (`None`: the agent's own). Parents are the agent's,
    /// with mode 0711 so that the task can reach its sandbox but list nothing on the way; the sandbox itself is the
    /// user's, with mode 0750. One that exists is taken over as it is, given to `user`. Parents that exist stay as they
    /// are: if one does not let the user pass, the launch fails when the task enters its sandbox.
    ///
    /// # Errors
    /// [`Error::User`] for a user that is not known, [`Error::Io`] when the directory cannot be made.
    pub fn create(path: impl Into<PathBuf>, user: Option<&User>) -> Result<Self> {
        let path = path.into();
        let owner = user.map(|user| platform::owner(&path, user)).transpose()?;
        if let Some(parent) = path.parent() {
            platform::make_dirs(parent, 0o711).map_err(Error::io("make the directory", parent))?;
        }
        platform::make_dirs(&path, 0o750).map_err(Error::io("make the sandbox", &path))?;
        platform::give(&path, owner.as_ref()).map_err(Error::io("change the owner of", &path))?;
        Ok(Self { path })
    }

    /// Makes the directory at `place` below `dir`, which is there, like [`Sandbox::create`]. Whoever owns what is in `dir`
    /// may have put links in the way: they are not followed.
    ///
    /// # Errors
    /// [`Error::User`] for a user that is not known, [`Error::Io`] when the directory cannot be made.
    pub fn create_within(dir: &Path, place: &Path, user: Option<&User>) -> Result<Self> {
        let path = dir.join(place);
        let owner = user.map(|user| platform::owner(&path, user)).transpose()?;
        platform::make_within(dir, place, owner.as_ref()).map_err(Error::io("make the sandbox", &path))?;
        Ok(Self { path })
    }

    /// Removes the directory at `place` below `dir` with all in it; fine if it is not there. Links are not followed.
    ///
    /// # Errors
    /// [`Error::Io`] for what cannot be removed.
    pub fn remove_within(dir: &Path, place: &Path) -> Result<()> {
        platform::remove_within(dir, place).map_err(Error::io("remove the sandbox", &dir.join(place)))
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives everything in the sandbox to `user`, for example after files were fetched into it. Links are not followed,
    /// also if a process of that user changes them meanwhile, and files with more than one name stay as they are.
    ///
    /// # Errors
    /// [`Error::User`] for a user that is not known, [`Error::Io`] for the first entry that cannot be given.
    pub fn give_to(&self, user: &User) -> Result<()> {
        let owner = platform::owner(&self.path, user)?;
        platform::give_all(&self.path, &owner).map_err(Error::io("change the owner of all in", &self.path))
    }
}

/// The bytes on disk below `path`: blocks, not lengths, each hard-linked file once, links not followed, other file
/// systems left out. What disappears while being counted is not counted.
///
/// # Errors
/// [`Error::Io`] if `path` itself cannot be read.
pub fn disk_usage_bytes(path: &Path) -> Result<u64> {
    let top = fs::symlink_metadata(path).map_err(Error::io("look at", path))?;
    let mut seen = HashSet::new();
    let mut total = 0;
    let mut todo = vec![(path.to_owned(), top.clone())];
    while let Some((path, meta)) = todo.pop() {
        if !platform::same_device(&top, &meta) || platform::linked(&meta).is_some_and(|file| !seen.insert(file)) {
            continue;
        }
        total += platform::bytes_on_disk(&meta);
        if meta.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            todo.extend(entries.filter_map(|entry| Some((entry.path(), fs::symlink_metadata(entry.path()).ok()?))));
        }
    }
    Ok(total)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn usage_counts_blocks_once_and_follows_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::create(dir.path().join("a/b"), None).unwrap();
        let empty = disk_usage_bytes(sandbox.path()).unwrap();
        fs::write(sandbox.path().join("data"), vec![1; 100_000]).unwrap();
        fs::hard_link(sandbox.path().join("data"), sandbox.path().join("again")).unwrap();
        std::os::unix::fs::symlink("/usr", sandbox.path().join("usr")).unwrap();
        let used = disk_usage_bytes(sandbox.path()).unwrap() - empty;
        assert!((100_000..150_000).contains(&used), "{used}");
        assert!(disk_usage_bytes(&dir.path().join("none")).is_err());
    }

    #[test]
    fn sandboxes_within_are_made_and_removed_where_no_link_leads() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = Path::new("containers/a/containers/b");
        let made = Sandbox::create_within(dir.path(), place, None).unwrap();
        fs::create_dir_all(made.path().join("deep/er")).unwrap();
        fs::write(outside.path().join("kept"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), made.path().join("deep/link")).unwrap();
        Sandbox::remove_within(dir.path(), place).unwrap();
        Sandbox::remove_within(dir.path(), place).unwrap();
        assert!(!made.path().exists() && outside.path().join("kept").exists());
        fs::remove_dir(dir.path().join("containers/a/containers")).unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("containers/a/containers")).unwrap();
        assert!(Sandbox::create_within(dir.path(), place, None).is_err());
        assert!(Sandbox::remove_within(dir.path(), Path::new("containers/a/containers/kept")).is_err());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    /// Only root may give files away.
    #[test]
    fn all_is_given_but_nothing_outside() {
        use std::os::unix::fs::MetadataExt;
        let top = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::create(top.path().join("sandbox"), None).unwrap();
        let outside = top.path().join("outside");
        fs::create_dir(&outside).unwrap();
        for (dir, file) in [
            (sandbox.path(), "own"),
            (&sandbox.path().join("deep/er"), "own"),
            (&outside, "kept"),
        ] {
            fs::create_dir_all(dir).unwrap();
            fs::write(dir.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(&outside, sandbox.path().join("link")).unwrap();
        fs::hard_link(outside.join("kept"), sandbox.path().join("second-name")).unwrap();
        let given = sandbox.give_to(&"12345:54321".parse().unwrap());
        if fs::metadata("/proc/self").unwrap().uid() != 0 {
            assert!(given.is_err());
            return;
        }
        given.unwrap();
        let uid = |path: &Path| fs::symlink_metadata(path).unwrap().uid();
        for path in ["", "own", "deep", "deep/er", "deep/er/own", "link"] {
            assert_eq!(uid(&sandbox.path().join(path)), 12345, "{path:?}");
        }
        assert_eq!([uid(&outside), uid(&outside.join("kept"))], [0, 0]);
    }
}
