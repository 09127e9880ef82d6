//! Snapshots on a disk in memory.

use std::io::Cursor;

use super::format::{CheckError, HEADER_BYTES, Header, Summing};
use super::{Body, Snapshot, Snapshots};
use crate::{ClusterId, Fault, Index, MemDisk, Position};

/// [`Snapshots`] on a [`MemDisk`], in the bytes of a real one. Armed faults strike it as they strike the journal: one that
/// keeps less than the whole file leaves no snapshot, since it never got its name.
#[derive(Debug)]
pub struct MemSnapshots {
    disk: MemDisk,
    cluster: ClusterId,
}

impl MemSnapshots {
    /// The snapshots of `cluster` on `disk`.
    pub fn open(disk: &MemDisk, cluster: ClusterId) -> MemSnapshots {
        MemSnapshots {
            disk: disk.clone(),
            cluster,
        }
    }
}

impl Snapshots for MemSnapshots {
    fn save(&mut self, at: Position, body: Body<'_>) -> Result<(), Fault> {
        let what = self.what(at.index);
        let mut content = Summing::new(vec![0; HEADER_BYTES]);
        body(&mut content).map_err(|source| Fault::io("write", what.as_ref(), source))?;
        let header = Header {
            cluster: self.cluster,
            at,
            length_bytes: content.length_bytes,
            crc: content.crc,
        };
        let mut bytes = content.inner;
        bytes[..HEADER_BYTES].copy_from_slice(&header.encode());
        let mut disk = self.disk.disk();
        disk.admit(bytes.len())?;
        let written = disk.write(bytes.len());
        if written.as_ref().map_or_else(|torn| torn.keep == bytes.len(), |()| true) {
            disk.snapshots.insert(at.index, bytes);
        }
        written.map_err(|torn| torn.fault)?;
        drop(disk);
        let oldest = self.cut()?;
        self.disk.disk().snapshots.retain(|index, _| *index >= oldest);
        Ok(())
    }

    fn list(&self) -> Result<Vec<Index>, Fault> {
        Ok(self.disk.disk().snapshots.keys().rev().copied().collect())
    }

    fn open(&self, index: Index) -> Result<Snapshot, Fault> {
        let what = self.what(index);
        let bytes = self.disk.disk().snapshots.get(&index).cloned();
        let missing = || Fault::io("open", what.as_ref(), std::io::ErrorKind::NotFound.into());
        let mut bytes = Cursor::new(bytes.ok_or_else(missing)?);
        let header = Header::check(&mut bytes, self.cluster, index, &what).map_err(|error| match error {
            CheckError::Read(source) => Fault::io("read", what.as_ref(), source),
            CheckError::Wrong(fault) => fault,
        })?;
        bytes.set_position(HEADER_BYTES as u64);
        Ok(Snapshot {
            at: header.at,
            length_bytes: header.length_bytes,
            content: Box::new(bytes),
        })
    }
}

impl MemSnapshots {
    fn what(&self, index: Index) -> String {
        format!("snapshot {index} in memory")
    }
}
