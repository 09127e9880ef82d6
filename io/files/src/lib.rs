//! Files that are shown to others under names of our own, as Mesos' `/files` shows them.
//!
//! [`Shown`] says which directories and files are shown, and under which names. A name leads into one of them or nowhere:
//! neither `..` nor a link leads out.

mod entry;
pub mod http;
mod read;
mod shown;
mod users;

pub use entry::{Entry, list};
pub use read::{MOST, read, size};
pub use shown::Shown;

/// Why a file is not shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file, or it is not shown.
    #[error("no file '{0}' is shown here")]
    NotFound(String),
    /// Whoever asks may not read it.
    #[error("'{0}' is not shown to whoever asks")]
    Denied(String),
    /// It is a directory where a file is needed, or the other way round.
    #[error("'{path}' is not {expected}")]
    Kind {
        /// The name.
        path: String,
        /// `a file` or `a directory`.
        expected: &'static str,
    },
    /// What the operating system said.
    #[error("'{path}': {source}")]
    Io {
        /// The name.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
}
