//! One process per directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::Fault;

/// The exclusive use of a directory by this process. It ends when the value is dropped or the process dies, however it dies.
#[derive(Debug)]
pub struct DirLock {
    _file: File,
}

impl DirLock {
    /// The name of the lock file in the directory. It holds the process id of the holder in decimal.
    pub const FILE_NAME: &'static str = "lock";

    /// Takes `dir`, which must exist. [`Fault::Locked`] names the process that has it.
    pub fn take(dir: &Path) -> Result<DirLock, Fault> {
        let path = dir.join(Self::FILE_NAME);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(|source| Fault::io("open", &path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::Locked {
                    path: dir.to_path_buf(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(Fault::io("lock", &path, source)),
        }
        sign(&mut file).map_err(|source| Fault::io("write", &path, source))?;
        Ok(DirLock { _file: file })
    }
}

/// On a full disk the name may be missing; the lock holds all the same.
fn sign(file: &mut File) -> std::io::Result<()> {
    file.rewind()?;
    let signed = write!(file, "{:<10}", std::process::id());
    match signed {
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Ok(()),
        other => other,
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_taker_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let lock = DirLock::take(dir.path()).unwrap();
        let refused = DirLock::take(dir.path()).unwrap_err();
        assert!(
            matches!(refused, Fault::Locked { holder: Some(pid), .. } if pid == std::process::id()),
            "{refused}"
        );
        assert!(
            refused
                .to_string()
                .contains(&format!("in use by process {}", std::process::id())),
            "{refused}"
        );
        drop(lock);
        DirLock::take(dir.path()).unwrap();
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let gone = DirLock::take(&dir.path().join("gone")).unwrap_err().to_string();
        assert!(gone.contains("cannot open") && gone.contains("gone/lock"), "{gone}");
    }
}
