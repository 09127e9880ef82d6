//! What the store asks of the file system.

use std::fs;
use std::path::Path;

use crate::Fault;

/// Refuses a write of `bytes` that would leave less than `headroom_bytes` free on the file system of `path`.
pub(crate) fn require_free(path: &Path, bytes: u64, headroom_bytes: u64) -> Result<(), Fault> {
    let free_bytes = free_bytes(path)?;
    let needed_bytes = bytes.saturating_add(headroom_bytes);
    if free_bytes < needed_bytes {
        return Err(Fault::Full {
            path: path.to_path_buf(),
            free_bytes,
            needed_bytes,
        });
    }
    Ok(())
}

#[cfg(unix)]
fn free_bytes(path: &Path) -> Result<u64, Fault> {
    let stat = rustix::fs::statvfs(path).map_err(|errno| Fault::io("ask the free space of", path, errno.into()))?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Elsewhere a full disk is found by the write itself.
#[cfg(not(unix))]
fn free_bytes(_path: &Path) -> Result<u64, Fault> {
    Ok(u64::MAX)
}

/// Creates `dir` with its parents, readable by its owner only.
pub(crate) fn create_dir(dir: &Path) -> Result<(), Fault> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|source| Fault::io("create", dir, source))
}

/// Gives a finished file its name: after this the name stands for the whole content, or the call failed.
pub(crate) fn publish(temporary: &Path, path: &Path) -> Result<(), Fault> {
    fs::rename(temporary, path).map_err(|source| Fault::io("rename to", path, source))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Makes the names in `dir` durable.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Fault> {
    fs::File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|source| Fault::io("sync", dir, source))
}

/// Elsewhere directories are not synced by their users.
#[cfg(not(unix))]
pub(crate) fn sync_dir(_dir: &Path) -> Result<(), Fault> {
    Ok(())
}

/// Removes a file that may be gone already.
pub(crate) fn remove(path: &Path) -> Result<(), Fault> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Fault::io("remove", path, source)),
        _ => Ok(()),
    }
}
