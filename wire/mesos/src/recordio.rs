//! RecordIO: a record is its length in decimal, a newline, and that many bytes. Nothing follows the bytes.
//!
//! Source: `3rdparty/stout/include/stout/recordio.hpp` and `docs/recordio.md`, Mesos 1.11.

/// The longest length header read: the digits of `u64::MAX`.
const MAX_DIGITS: usize = 20;

/// Why a stream cannot be read on. After an error the place of the next record is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes where a length should be are not one.
    #[error("Failed to decode length '{0}': expected decimal digits and a newline")]
    Length(String),
    /// A record announces more bytes than the reader takes.
    #[error("a record of {length} bytes is over the limit of {limit}")]
    TooLarge {
        /// Bytes announced.
        length: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// The stream ended within a record or its length.
    #[error("the stream ended within a record: {0} bytes of it had come")]
    Truncated(usize),
}

/// `record` with its length in front.
pub fn encode(record: &[u8]) -> Vec<u8> {
    let mut out = record.len().to_string().into_bytes();
    out.reserve_exact(record.len() + 1);
    out.push(b'\n');
    out.extend_from_slice(record);
    out
}

/// Cuts a stream of bytes, in chunks of any size, into records.
#[derive(Clone, Debug)]
pub struct Decoder {
    limit: usize,
    buffer: Vec<u8>,
    /// Bytes at the front of `buffer` that were given out already.
    consumed: usize,
    /// The length of the record being read, once its header was.
    length: Option<usize>,
    failed: Option<RecordError>,
}

impl Decoder {
    /// A decoder that refuses records of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            buffer: Vec::new(),
            consumed: 0,
            length: None,
            failed: None,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        if self.failed.is_none() {
            self.buffer.extend_from_slice(chunk);
        }
    }

    /// The next whole record, or `None` until more bytes come.
    ///
    /// # Errors
    /// On a bad length or a record over the limit; from then on always.
    pub fn next_record(&mut self) -> Result<Option<Vec<u8>>, RecordError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let length = match self.length {
            Some(length) => length,
            None => match self.read_length() {
                Ok(Some(length)) => length,
                Ok(None) => return Ok(None),
                Err(error) => {
                    self.failed = Some(error.clone());
                    self.buffer.clear();
                    self.consumed = 0;
                    return Err(error);
                }
            },
        };
        let Some(record) = self.pending().get(..length) else {
            self.length = Some(length);
            return Ok(None);
        };
        let record = record.to_vec();
        self.consumed += length;
        self.length = None;
        Ok(Some(record))
    }

    /// To be called at the end of the stream.
    ///
    /// # Errors
    /// When bytes of an unfinished record are left, or the stream had failed before.
    pub fn finish(self) -> Result<(), RecordError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let left = self.pending().len();
        if left > 0 || self.length.is_some() {
            Err(RecordError::Truncated(left))
        } else {
            Ok(())
        }
    }

    fn pending(&self) -> &[u8] {
        &self.buffer[self.consumed..]
    }

    fn read_length(&mut self) -> Result<Option<usize>, RecordError> {
        let window = self.pending();
        let window = &window[..window.len().min(MAX_DIGITS + 1)];
        let Some(end) = window.iter().position(|byte| *byte == b'\n') else {
            let too_long = window.len() > MAX_DIGITS;
            let wrong = too_long || !window.iter().all(u8::is_ascii_digit);
            return if wrong { Err(bad_length(window)) } else { Ok(None) };
        };
        let header = &window[..end];
        let digits = !header.is_empty() && header.iter().all(u8::is_ascii_digit);
        let length = std::str::from_utf8(header)
            .ok()
            .filter(|_| digits)
            .and_then(|text| text.parse::<u64>().ok());
        let length = length.ok_or_else(|| bad_length(header))?;
        self.consumed += end + 1;
        match usize::try_from(length) {
            Ok(size) if size <= self.limit => Ok(Some(size)),
            _ => Err(RecordError::TooLarge {
                length,
                limit: self.limit,
            }),
        }
    }
}

fn bad_length(header: &[u8]) -> RecordError {
    RecordError::Length(header.escape_ascii().to_string())
}
