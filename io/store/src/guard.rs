//! Calls into the embedded store, with what it says or does in our words.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::locate::damaged_record;
use crate::{Fault, Index};

/// Adds to the fault of a file that does not open which record is hit, if that can be found out.
pub(crate) fn locate(path: &Path, fault: Fault) -> Fault {
    match fault {
        Fault::Corrupt {
            index: Index::ZERO,
            what,
            found,
        } => {
            let record = std::fs::read(path).ok().and_then(|bytes| damaged_record(&bytes));
            Fault::Corrupt {
                index: record.unwrap_or(Index::ZERO),
                what,
                found,
            }
        }
        fault => fault,
    }
}

/// Runs a call into the embedded store, which may panic on a file whose structure is damaged.
pub(crate) fn guarded<T>(path: &Path, index: Index, call: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        let found = format!("a damaged structure ({})", said.unwrap_or("unknown"));
        Err(Fault::Corrupt {
            index,
            what: path.display().to_string(),
            found,
        })
    })
}

/// The embedded store's errors in our words. It reports a file that is none of its own as invalid data.
pub(crate) fn translate(error: impl Into<redb::Error>, op: &'static str, path: &Path, index: Index) -> Fault {
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    match error.into() {
        redb::Error::Io(source) if !matches!(source.kind(), InvalidData | UnexpectedEof) => Fault::io(op, path, source),
        redb::Error::PreviousIo => Fault::Poisoned {
            cause: format!("an earlier operation on {} failed", path.display()),
        },
        redb::Error::DatabaseAlreadyOpen => Fault::Locked {
            path: path.to_path_buf(),
            holder: None,
        },
        error => Fault::Corrupt {
            index,
            what: path.display().to_string(),
            found: error.to_string(),
        },
    }
}
