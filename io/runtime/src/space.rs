//! Disks and links, for whoever keeps sandboxes.

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

/// Makes `link` point at `target`, in place of what it pointed at.
///
/// # Errors
/// What the operating system says.
#[cfg(unix)]
pub fn point(link: &Path, target: &Path) -> io::Result<()> {
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = Path::new(&fresh);
    match std::fs::remove_file(fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(target, fresh)?;
    std::fs::rename(fresh, link)
}

/// Links need a privilege here that an agent does not have.
///
/// # Errors
/// Always [`io::ErrorKind::Unsupported`].
#[cfg(not(unix))]
pub fn point(_link: &Path, _target: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_pointed_again() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("latest");
        point(&link, Path::new("one")).unwrap();
        point(&link, Path::new("two")).unwrap();
        assert_eq!(std::fs::read_link(&link).unwrap(), Path::new("two"));
        let (free, all) = disk_space_bytes(dir.path()).unwrap();
        assert!(free <= all && all > 0);
    }
}
