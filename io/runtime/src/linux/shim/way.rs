//! A way for another user into its sandbox, when a directory above it is closed to that user.
//!
//! State directories are for their owner alone, so a task of another user could not reach its sandbox by its path. In the
//! container's own mounts the first closed directory is covered by an empty one that holds nothing but the sandbox: the
//! path is the same, and what else lies below that directory (journals, tokens, other sandboxes) is out of sight.

use std::ffi::CString;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use crate::identity::Ids;
use crate::linux::sys;

/// Opens the way, if it is closed. For the init, in its own mount namespace and before it gives up its rights.
pub fn open(sandbox: &Path, ids: &Ids) -> io::Result<()> {
    let Some(closed) = closed_ancestor(sandbox, ids)? else {
        return Ok(());
    };
    let inside = File::open(sandbox)?;
    let cover = CString::new(closed.as_os_str().as_bytes())?;
    sys::cover_with_empty(&cover)?;
    DirBuilder::new().recursive(true).mode(0o755).create(sandbox)?;
    let source = CString::new(format!("/proc/self/fd/{}", inside.as_raw_fd()))?;
    sys::bind(&source, &CString::new(sandbox.as_os_str().as_bytes())?)?;
    sys::make_read_only(&cover)
}

/// The topmost directory above the sandbox that the user may not pass.
fn closed_ancestor<'a>(sandbox: &'a Path, ids: &Ids) -> io::Result<Option<&'a Path>> {
    let mut above: Vec<&Path> = sandbox.ancestors().skip(1).collect();
    above.reverse();
    for dir in above {
        if !may_pass(&fs::metadata(dir)?, ids) {
            return Ok(Some(dir));
        }
    }
    Ok(None)
}

/// Whether a directory's mode lets a user pass: the first class that the user is in decides, as for the kernel.
fn may_pass(dir: &fs::Metadata, ids: &Ids) -> bool {
    let mode = dir.mode();
    if ids.uid == 0 {
        true
    } else if dir.uid() == ids.uid {
        mode & 0o100 != 0
    } else if dir.gid() == ids.gid || ids.groups.contains(&dir.gid()) {
        mode & 0o010 != 0
    } else {
        mode & 0o001 != 0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_topmost_closed_directory_is_found() {
        let top = tempfile::tempdir().unwrap();
        let (open, closed) = (top.path().join("open"), top.path().join("open/closed"));
        let sandbox = closed.join("sandbox");
        fs::create_dir_all(&sandbox).unwrap();
        for (dir, mode) in [(top.path(), 0o711), (&open, 0o755), (&closed, 0o700)] {
            fs::set_permissions(dir, fs::Permissions::from_mode(mode)).unwrap();
        }
        let owner = fs::metadata(&closed).unwrap();
        let ids = |uid, gid| Ids {
            uid,
            gid,
            groups: vec![gid],
        };
        let find = |ids: &Ids| closed_ancestor(&sandbox, ids).unwrap().map(Path::to_owned);
        assert_eq!(find(&ids(owner.uid() + 4711, owner.gid() + 4711)), Some(closed.clone()));
        assert_eq!(find(&ids(0, 0)), None);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o710)).unwrap();
        assert_eq!(find(&ids(owner.uid() + 4711, owner.gid())), None);
    }
}
