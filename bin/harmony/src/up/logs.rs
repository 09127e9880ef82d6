//! The daemons' log files, `DIR/log/NAME.log`, with one older file each.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::platform;

/// A file above this is moved aside, in bytes.
const LIMIT_BYTES: u64 = 16 << 20;

/// Where a process logs.
pub fn path(dir: &Path, name: &str) -> PathBuf {
    dir.join("log").join(format!("{name}.log"))
}

/// Opens it to append, moved aside before if it is too long.
///
/// # Errors
/// It cannot be made.
pub fn open(path: &Path) -> io::Result<File> {
    platform::private_dir(path.parent().unwrap_or(Path::new(".")))?;
    trim(path)?;
    OpenOptions::new().create(true).append(true).open(path)
}

/// Keeps a log that a process writes to within its limit: what is above is copied aside and cut off. The writer appends,
/// so it goes on at the new end; what it writes between copy and cut is lost.
///
/// # Errors
/// It cannot be copied or cut.
pub fn trim(path: &Path) -> io::Result<()> {
    if path.metadata().is_ok_and(|meta| meta.len() > LIMIT_BYTES) {
        fs::copy(path, path.with_extension("log.1"))?;
        OpenOptions::new().write(true).open(path)?.set_len(0)?;
    }
    Ok(())
}

/// The last lines of a log.
pub fn tail(path: &Path, lines: usize) -> String {
    let text = fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_long_log_is_moved_aside_under_its_writer() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "a");
        let mut writer = open(&path).unwrap();
        writer
            .write_all(&vec![b'x'; usize::try_from(LIMIT_BYTES).unwrap() + 1])
            .unwrap();
        trim(&path).unwrap();
        writer.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert_eq!(path.with_extension("log.1").metadata().unwrap().len(), LIMIT_BYTES + 1);
        assert_eq!(tail(&path, 1), "two");
        assert_eq!(tail(&path, 9), "one\ntwo");
        assert_eq!(tail(Path::new("nothing"), 9), "");
    }
}
