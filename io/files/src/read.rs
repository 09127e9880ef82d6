use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use crate::Error;

/// The most that one read gives, in bytes: 16 memory pages, as in Mesos.
pub const MOST: u64 = 16 * 4096;

/// The size of a file, in bytes.
///
/// # Errors
/// It is a directory or cannot be read. `name` is for the message.
pub fn size(path: &Path, name: &str) -> Result<u64, Error> {
    Ok(open(path, name)?.1)
}

/// The size of a file, and its bytes from `offset` on, at most `length` and at most [`MOST`] of them.
///
/// # Errors
/// It is a directory or cannot be read. `name` is for the message.
pub fn read(path: &Path, name: &str, offset: u64, length: Option<u64>) -> Result<(u64, Vec<u8>), Error> {
    let (mut file, size) = open(path, name)?;
    let failed = |source| Error::Io {
        path: name.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    if offset < size {
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let most = length.unwrap_or(MOST).min(MOST);
        file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok((size, bytes))
}

fn open(path: &Path, name: &str) -> Result<(File, u64), Error> {
    let failed = |source| Error::Io {
        path: name.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if meta.is_dir() {
        return Err(Error::Kind {
            path: name.to_owned(),
            expected: "a file",
        });
    }
    Ok((file, meta.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_from_an_offset_to_the_end_at_most() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(size(&path, "f").unwrap(), 10);
        assert_eq!(read(&path, "f", 7, None).unwrap(), (10, b"789".to_vec()));
        assert_eq!(read(&path, "f", 2, Some(3)).unwrap(), (10, b"234".to_vec()));
        assert_eq!(read(&path, "f", 99, Some(3)).unwrap(), (10, Vec::new()));
        std::fs::write(&path, vec![b'x'; MOST as usize + 5]).unwrap();
        assert_eq!(read(&path, "f", 0, Some(u64::MAX)).unwrap().1.len() as u64, MOST);
        assert!(matches!(size(dir.path(), "d"), Err(Error::Kind { .. })));
        assert!(matches!(size(&dir.path().join("none"), "n"), Err(Error::Io { .. })));
    }
}
