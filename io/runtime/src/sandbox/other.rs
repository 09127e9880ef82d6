//! Owners, modes and sizes where there are none of Unix' kind.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use crate::{Error, Result, User};

pub type Owner = ();

pub fn owner(_path: &Path, _user: &User) -> Result<Owner> {
    Err(Error::Unsupported {
        what: "running as another user",
    })
}

pub fn make_dirs(path: &Path, _mode: u32) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

pub fn make_within(dir: &Path, place: &Path, _owner: Option<&Owner>) -> io::Result<()> {
    std::fs::create_dir_all(dir.join(place))
}

pub fn remove_within(dir: &Path, place: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(dir.join(place)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

pub fn give(_path: &Path, _owner: Option<&Owner>) -> io::Result<()> {
    Ok(())
}

pub fn give_all(_path: &Path, _owner: &Owner) -> io::Result<()> {
    Ok(())
}

pub fn same_device(_a: &Metadata, _b: &Metadata) -> bool {
    true
}

pub fn linked(_meta: &Metadata) -> Option<u64> {
    None
}

pub fn bytes_on_disk(meta: &Metadata) -> u64 {
    meta.len()
}
