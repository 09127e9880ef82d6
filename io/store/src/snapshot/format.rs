//! The stored form of a snapshot: a header, then the content as it was given.
//!
//! All numbers are little-endian, the checksums CRC-32C.
//!
//! ```text
//! "HARMSNAP" | format u32 | cluster 16 bytes | epoch u64 | index u64 | length u64 | crc of content u32 | crc of header u32
//! ```

use std::io::{self, Read, Write};

use crate::frame::{u32_at, u64_at};
use crate::{ClusterId, Epoch, Fault, Index, Position};

const MAGIC: &[u8; 8] = b"HARMSNAP";
const FORMAT: u32 = 1;
/// Bytes before the content.
pub(super) const HEADER_BYTES: usize = 60;
const CRC_AT: usize = 56;

/// What stands before the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub cluster: ClusterId,
    pub at: Position,
    pub length_bytes: u64,
    pub crc: u32,
}

impl Header {
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[12..28].copy_from_slice(&self.cluster.0);
        bytes[28..36].copy_from_slice(&self.at.epoch.0.to_le_bytes());
        bytes[36..44].copy_from_slice(&self.at.index.0.to_le_bytes());
        bytes[44..52].copy_from_slice(&self.length_bytes.to_le_bytes());
        bytes[52..56].copy_from_slice(&self.crc.to_le_bytes());
        let sum = crc32c::crc32c(&bytes[..CRC_AT]);
        bytes[CRC_AT..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads a header and all of the content behind it; both must be right, of `cluster` and named `index`.
    pub fn check(source: &mut dyn Read, cluster: ClusterId, index: Index, what: &str) -> Result<Header, CheckError> {
        let corrupt = |found: &str| Fault::Corrupt {
            index,
            what: what.to_string(),
            found: found.to_string(),
        };
        let mut bytes = [0; HEADER_BYTES];
        if read_full(source, &mut bytes)? < HEADER_BYTES || &bytes[..8] != MAGIC {
            return Err(corrupt("a file that is no snapshot").into());
        }
        if crc32c::crc32c(&bytes[..CRC_AT]) != u32_at(&bytes, CRC_AT) {
            return Err(corrupt("a damaged header").into());
        }
        let version = u32_at(&bytes, 8);
        if version > FORMAT {
            return Err(Fault::Version {
                what: what.to_string(),
                found: version,
                supported: FORMAT,
            }
            .into());
        }
        let header = Header::decode(&bytes);
        if header.cluster != cluster {
            return Err(Fault::Foreign {
                what: what.to_string(),
                found: header.cluster,
                expected: cluster,
            }
            .into());
        }
        if header.at.index != index {
            return Err(corrupt(&format!("the snapshot of index {}", header.at.index)).into());
        }
        let mut sum = Summing::new(io::sink());
        io::copy(source, &mut sum)?;
        if (sum.length_bytes, sum.crc) != (header.length_bytes, header.crc) {
            let found = format!("{} bytes of content with a wrong length or checksum", sum.length_bytes);
            return Err(corrupt(&found).into());
        }
        Ok(header)
    }

    fn decode(bytes: &[u8; HEADER_BYTES]) -> Header {
        let mut cluster = [0; 16];
        cluster.copy_from_slice(&bytes[12..28]);
        Header {
            cluster: ClusterId(cluster),
            at: Position {
                epoch: Epoch(u64_at(bytes, 28)),
                index: Index(u64_at(bytes, 36)),
            },
            length_bytes: u64_at(bytes, 44),
            crc: u32_at(bytes, 52),
        }
    }
}

/// Why a check failed: the bytes could not be had, or they are wrong.
pub(super) enum CheckError {
    Read(io::Error),
    Wrong(Fault),
}

impl From<io::Error> for CheckError {
    fn from(error: io::Error) -> CheckError {
        CheckError::Read(error)
    }
}

impl From<Fault> for CheckError {
    fn from(fault: Fault) -> CheckError {
        CheckError::Wrong(fault)
    }
}

/// As much of `out` as the source has.
fn read_full(source: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match source.read(&mut out[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Counts and sums what passes through it.
pub(super) struct Summing<W> {
    pub inner: W,
    pub length_bytes: u64,
    pub crc: u32,
}

impl<W: Write> Summing<W> {
    pub fn new(inner: W) -> Summing<W> {
        Summing {
            inner,
            length_bytes: 0,
            crc: 0,
        }
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.crc = crc32c::crc32c_append(self.crc, &bytes[..written]);
        self.length_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
