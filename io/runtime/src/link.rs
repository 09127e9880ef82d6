//! Symbolic links, in directories of ours and in those of others.

#[cfg(unix)]
use std::{ffi::OsStr, path::Component};
use std::{io, path::Path};

#[cfg(unix)]
use rustix::{
    fd::OwnedFd,
    fs::{AtFlags, Mode, OFlags},
    io::Errno,
};

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

/// Makes `place`, a path relative to `dir`, point at `target`, in place of what it pointed at. Directories on the way are
/// made. Links on the way are not followed, also if whoever owns what is in `dir` changes it meanwhile.
///
/// # Errors
/// What the operating system says; [`io::ErrorKind::InvalidInput`] for a place that is not below `dir`.
#[cfg(unix)]
pub fn point_within(dir: &Path, place: &Path, target: &Path) -> io::Result<()> {
    let (at, last) = way_to(dir, place, Mode::from_raw_mode(0o755))?;
    let mut fresh = last.to_os_string();
    fresh.push(".new");
    match rustix::fs::unlinkat(&at, &*fresh, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    rustix::fs::symlinkat(target, &at, &*fresh)?;
    Ok(rustix::fs::renameat(&at, &*fresh, &at, last)?)
}

/// Opens the directory that `place`, relative to `dir`, is in, and gives its last name. Directories on the way are made
/// with this mode, links are not followed.
#[cfg(unix)]
pub(crate) fn way_to<'a>(dir: &Path, place: &'a Path, mode: Mode) -> io::Result<(OwnedFd, &'a OsStr)> {
    let mut names = Vec::new();
    for part in place.components() {
        match part {
            Component::Normal(name) => names.push(name),
            Component::CurDir => {}
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    let Some((last, way)) = names.split_last() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut at = rustix::fs::open(dir, DIRECTORY, Mode::empty())?;
    for name in way {
        at = enter(&at, Path::new(name), mode)?;
    }
    Ok((at, last))
}

/// Opens a directory in another one, and makes it if it is not there.
#[cfg(unix)]
pub(crate) fn enter(dir: &OwnedFd, name: &Path, mode: Mode) -> io::Result<OwnedFd> {
    match rustix::fs::mkdirat(dir, name, mode) {
        Ok(()) | Err(Errno::EXIST) => Ok(rustix::fs::openat(dir, name, DIRECTORY, Mode::empty())?),
        Err(error) => Err(error.into()),
    }
}

#[cfg(unix)]
pub(crate) const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Links need a privilege here that an agent does not have.
///
/// # Errors
/// Always [`io::ErrorKind::Unsupported`].
#[cfg(not(unix))]
pub fn point_within(_dir: &Path, _place: &Path, _target: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_link_is_pointed_again() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("latest");
        point(&link, Path::new("one")).unwrap();
        point(&link, Path::new("two")).unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("two"));
    }

    #[test]
    fn what_others_put_in_the_way_is_not_followed() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let within = |place: &str| point_within(dir.path(), Path::new(place), Path::new("there"));
        within("data").unwrap();
        within("./a/b").unwrap();
        within("a/b").unwrap();
        assert_eq!(fs::read_link(dir.path().join("data")).unwrap(), Path::new("there"));
        assert_eq!(fs::read_link(dir.path().join("a/b")).unwrap(), Path::new("there"));

        symlink(outside.path(), dir.path().join("way")).unwrap();
        within("way/data").unwrap_err();
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        symlink(outside.path(), dir.path().join("last")).unwrap();
        within("last").unwrap();
        assert_eq!(fs::read_link(dir.path().join("last")).unwrap(), Path::new("there"));
        for bad in ["", ".", "..", "../data", "/data", "a/../../data"] {
            assert_eq!(within(bad).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{bad:?}");
        }
    }
}
