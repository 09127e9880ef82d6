//! Owners, modes and sizes on Unix.

use std::ffi::{CStr, CString};
use std::fs::{DirBuilder, Metadata};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Gid, Mode, Uid};

use crate::identity::{Accounts, Ids};
use crate::link::{DIRECTORY, enter, way_to};
use crate::{Error, Result, User};

pub fn owner(path: &Path, user: &User) -> Result<Ids> {
    let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Accounts::read()?.resolve(user).map_err(|reason| Error::User {
        id,
        user: user.to_string(),
        reason,
    })
}

pub fn make_dirs(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)
}

/// Makes a sandbox where others may have put links in the way.
pub fn make_within(dir: &Path, place: &Path, owner: Option<&Ids>) -> io::Result<()> {
    let (at, last) = way_to(dir, place, Mode::from_raw_mode(0o711))?;
    let made = enter(&at, Path::new(last), Mode::from_raw_mode(0o750))?;
    if let Some(ids) = owner {
        rustix::fs::fchown(&made, Some(Uid::from_raw(ids.uid)), Some(Gid::from_raw(ids.gid)))?;
    }
    Ok(())
}

/// Removes a directory where others may have put links in the way, and all in it.
pub fn remove_within(dir: &Path, place: &Path) -> io::Result<()> {
    let (at, last) = match way_to(dir, place, Mode::from_raw_mode(0o711)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        result => result?,
    };
    let name = CString::new(last.as_encoded_bytes())?;
    match remove_entry(at.as_fd(), &name, 0) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// How deep directories may be in others to be removed: each level holds one open.
const DEPTH: usize = 256;

/// Removes a file, or a directory with all in it.
fn remove_entry(at: BorrowedFd<'_>, name: &CStr, depth: usize) -> io::Result<()> {
    if depth > DEPTH {
        return Err(io::Error::other(format!("directories are more than {DEPTH} deep")));
    }
    let stat = rustix::fs::statat(at, name, AtFlags::SYMLINK_NOFOLLOW)?;
    if !FileType::from_raw_mode(stat.st_mode).is_dir() {
        return Ok(rustix::fs::unlinkat(at, name, AtFlags::empty())?);
    }
    let inner = rustix::fs::openat(at, name, DIRECTORY, Mode::empty())?;
    for entry in Dir::read_from(&inner)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != c"." && name != c".." {
            remove_entry(inner.as_fd(), name, depth + 1)?;
        }
    }
    Ok(rustix::fs::unlinkat(at, name, AtFlags::REMOVEDIR)?)
}

pub fn give(path: &Path, owner: Option<&Ids>) -> io::Result<()> {
    owner.map_or(Ok(()), |ids| lchown(path, Some(ids.uid), Some(ids.gid)))
}

/// Gives a directory and all below. Every step starts from an open directory, so that nobody who may write there can
/// lead it elsewhere.
pub fn give_all(path: &Path, owner: &Ids) -> io::Result<()> {
    let top = rustix::fs::open(path, DIRECTORY, Mode::empty())?;
    rustix::fs::fchown(&top, Some(Uid::from_raw(owner.uid)), Some(Gid::from_raw(owner.gid)))?;
    let mut todo = vec![top];
    while let Some(dir) = todo.pop() {
        for entry in Dir::read_from(&dir)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." {
                todo.extend(give_entry(dir.as_fd(), name, owner)?);
            }
        }
    }
    Ok(())
}

/// Gives one entry; if it is a directory, it is returned open.
fn give_entry(dir: BorrowedFd<'_>, name: &CStr, owner: &Ids) -> io::Result<Option<OwnedFd>> {
    let stat = rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let is_dir = FileType::from_raw_mode(stat.st_mode).is_dir();
    let (uid, gid) = (Some(Uid::from_raw(owner.uid)), Some(Gid::from_raw(owner.gid)));
    if is_dir {
        let inner = rustix::fs::openat(dir, name, DIRECTORY, Mode::empty())?;
        rustix::fs::fchown(&inner, uid, gid)?;
        return Ok(Some(inner));
    }
    if stat.st_nlink == 1 {
        rustix::fs::chownat(dir, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?;
    }
    Ok(None)
}

pub fn same_device(a: &Metadata, b: &Metadata) -> bool {
    a.dev() == b.dev()
}

/// The inode, if the file has more than one name.
pub fn linked(meta: &Metadata) -> Option<u64> {
    (!meta.is_dir() && meta.nlink() > 1).then(|| meta.ino())
}

pub fn bytes_on_disk(meta: &Metadata) -> u64 {
    // stat(2) counts in units of 512 bytes whatever the file system's block is.
    meta.blocks() * 512
}
