//! What happened, line by line: always hashed, printed on request.

use std::fmt::{self, Write};

/// Takes each line of a trace.
pub type Printer = Box<dyn FnMut(&str)>;

/// FNV-1a over all lines.
pub(crate) struct Trace {
    hash: u64,
    printer: Option<Printer>,
}

struct Hasher<'a>(&'a mut u64);

impl Write for Hasher<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            *self.0 = (*self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        Ok(())
    }
}

impl Trace {
    pub(crate) fn new(printer: Option<Printer>) -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
            printer,
        }
    }

    /// Adds a line; `now` in microseconds.
    pub(crate) fn line(&mut self, now: u64, text: fmt::Arguments<'_>) {
        let (seconds, micros) = (now / 1_000_000, now % 1_000_000);
        match &mut self.printer {
            Some(print) => {
                let line = format!("{seconds}.{micros:06} {text}");
                print(&line);
                self.add(format_args!("{line}"));
            }
            None => self.add(format_args!("{seconds}.{micros:06} {text}")),
        }
    }

    fn add(&mut self, line: fmt::Arguments<'_>) {
        Hasher(&mut self.hash).write_fmt(line).expect("hashing does not fail");
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}
