//! Snapshots as files of one directory, named by their index in 20 digits.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::format::{CheckError, HEADER_BYTES, Header, Summing};
use super::{Body, Snapshot, Snapshots};
use crate::{ClusterId, Fault, Index, Position, disk};

const EXTENSION: &str = "snap";
const TEMPORARY: &str = "part";

/// [`Snapshots`] in a directory. A file gets its name only when all of it is durable.
#[derive(Debug)]
pub struct FileSnapshots {
    dir: PathBuf,
    cluster: ClusterId,
    headroom_bytes: u64,
}

impl FileSnapshots {
    /// Opens `dir`, or creates it, and removes what a crash left half-written. A snapshot that would leave less than
    /// `headroom_bytes` free on the disk is refused as [`Fault::Full`]. The directory must be locked by the caller: one
    /// inside that of a [`crate::FileStore`] is.
    pub fn open(dir: &Path, cluster: ClusterId, headroom_bytes: u64) -> Result<FileSnapshots, Fault> {
        disk::create_dir(dir)?;
        let snapshots = FileSnapshots {
            dir: dir.to_path_buf(),
            cluster,
            headroom_bytes,
        };
        for path in snapshots.files(TEMPORARY)? {
            disk::remove(&path)?;
        }
        Ok(snapshots)
    }

    /// The file of the snapshot at `index`, whether it exists or not.
    pub fn path(&self, index: Index) -> PathBuf {
        self.dir.join(format!("{:020}.{EXTENSION}", index.0))
    }

    fn files(&self, extension: &str) -> Result<Vec<PathBuf>, Fault> {
        let read = || -> io::Result<Vec<PathBuf>> { fs::read_dir(&self.dir)?.map(|entry| Ok(entry?.path())).collect() };
        let mut paths = read().map_err(|source| Fault::io("list", &self.dir, source))?;
        paths.retain(|path| path.extension().is_some_and(|found| found == extension));
        Ok(paths)
    }

    fn write(&self, path: &Path, at: Position, body: Body<'_>) -> Result<(), Fault> {
        let file = private_file(path).map_err(|source| Fault::io("create", path, source))?;
        let guarded = Guarded {
            file,
            dir: &self.dir,
            headroom_bytes: self.headroom_bytes,
            unchecked_bytes: 0,
            full: None,
        };
        let mut content = Summing::new(BufWriter::with_capacity(CHECK_EVERY_BYTES, guarded));
        let written = (|| {
            content.inner.write_all(&[0; HEADER_BYTES])?;
            body(&mut content)?;
            content.inner.flush()
        })();
        let (length_bytes, crc) = (content.length_bytes, content.crc);
        let guarded = content.inner.get_mut();
        if let Some(full) = guarded.full.take() {
            return Err(full);
        }
        let header = Header {
            cluster: self.cluster,
            at,
            length_bytes,
            crc,
        }
        .encode();
        let finish = |file: &mut File| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header)?;
            file.sync_all()
        };
        written
            .and_then(|()| finish(&mut guarded.file))
            .map_err(|source| self.write_fault(path, source))
    }

    /// A disk that filled up in spite of the check is full all the same: only the temporary file was touched.
    fn write_fault(&self, path: &Path, source: io::Error) -> Fault {
        match source.kind() {
            io::ErrorKind::StorageFull => Fault::Full {
                path: path.to_path_buf(),
                free_bytes: 0,
                needed_bytes: self.headroom_bytes,
            },
            _ => Fault::io("write", path, source),
        }
    }

    /// Removes what is older than the good snapshots that are kept.
    fn prune(&self) -> Result<(), Fault> {
        let oldest = self.cut()?;
        for index in self.list()?.into_iter().filter(|index| *index < oldest) {
            disk::remove(&self.path(index))?;
        }
        disk::sync_dir(&self.dir)
    }
}

impl Snapshots for FileSnapshots {
    fn save(&mut self, at: Position, body: Body<'_>) -> Result<(), Fault> {
        let path = self.path(at.index);
        let temporary = path.with_extension(TEMPORARY);
        let saved = self
            .write(&temporary, at, body)
            .and_then(|()| disk::publish(&temporary, &path));
        if let Err(fault) = saved {
            // The fault that came first is the one to tell; a leftover goes at the next opening.
            let _ = disk::remove(&temporary);
            return Err(fault);
        }
        self.prune()
    }

    fn list(&self) -> Result<Vec<Index>, Fault> {
        let files = self.files(EXTENSION)?;
        let mut found: Vec<Index> = files
            .iter()
            .filter_map(|path| path.file_stem()?.to_str()?.parse().ok())
            .map(Index)
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    fn open(&self, index: Index) -> Result<Snapshot, Fault> {
        let path = self.path(index);
        let mut file = File::open(&path).map_err(|source| Fault::io("open", &path, source))?;
        let header = Header::check(&mut file, self.cluster, index, &path.display().to_string());
        let header = header.map_err(|error| match error {
            CheckError::Read(source) => Fault::io("read", &path, source),
            CheckError::Wrong(fault) => fault,
        })?;
        file.seek(SeekFrom::Start(HEADER_BYTES as u64))
            .map_err(|source| Fault::io("read", &path, source))?;
        let content = Box::new(io::BufReader::new(file.take(header.length_bytes)));
        Ok(Snapshot {
            at: header.at,
            length_bytes: header.length_bytes,
            content,
        })
    }
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// How much is written between two looks at the free space, and in one call.
const CHECK_EVERY_BYTES: usize = 256 << 10;

/// A file that stops before the disk is full.
struct Guarded<'a> {
    file: File,
    dir: &'a Path,
    headroom_bytes: u64,
    unchecked_bytes: usize,
    full: Option<Fault>,
}

impl Write for Guarded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.unchecked_bytes < bytes.len() {
            if let Err(full) =
                disk::require_free(self.dir, CHECK_EVERY_BYTES.max(bytes.len()) as u64, self.headroom_bytes)
            {
                self.full = Some(full);
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.unchecked_bytes = CHECK_EVERY_BYTES.max(bytes.len());
        }
        let written = self.file.write(bytes)?;
        self.unchecked_bytes -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
