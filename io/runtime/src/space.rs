//! Disks, for whoever keeps sandboxes.

use std::io;
use std::path::Path;

/// Bytes free for us and bytes in all on the file system of a path.
///
/// # Errors
/// What the operating system says.
#[cfg(target_os = "linux")]
pub fn disk_space_bytes(path: &Path) -> io::Result<(u64, u64)> {
    let stat = rustix::fs::statvfs(path)?;
    Ok((stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
}

/// Not known here; says that there is room, so that only age removes anything.
#[cfg(not(target_os = "linux"))]
pub fn disk_space_bytes(_path: &Path) -> io::Result<(u64, u64)> {
    Ok((1, 1))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_more_free_than_there_is() {
        let dir = tempfile::tempdir().unwrap();
        let (free, all) = disk_space_bytes(dir.path()).unwrap();
        assert!(free <= all && all > 0);
    }
}
