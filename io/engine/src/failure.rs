use base_fault::Class;
use thiserror::Error;

/// Why a command did not become facts.
#[derive(Debug, Error)]
pub enum Failure<R: std::fmt::Debug> {
    /// The machine said no.
    #[error("{0:?}")]
    Rejected(R),
    /// The queue is full, or the disk is: nothing was done, later may be better.
    #[error("{0}")]
    Exhausted(String),
    /// One of its facts would be larger than the journal takes. Nothing was done.
    #[error("{0}")]
    TooLarge(String),
    /// The engine is gone, or dropped the batch for another command's defect: nothing is known to be done.
    #[error("{0}")]
    Unavailable(String),
    /// The command made the machine panic or break an invariant: a defect. Nothing was done.
    #[error("{0}")]
    Internal(String),
}

impl<R: std::fmt::Debug> Failure<R> {
    /// The class for callers, given the class of a reject.
    pub fn class(&self, of_reject: impl FnOnce(&R) -> Class) -> Class {
        match self {
            Self::Rejected(reject) => of_reject(reject),
            Self::Exhausted(_) => Class::Exhausted,
            Self::TooLarge(_) => Class::Invalid,
            Self::Unavailable(_) => Class::Unavailable,
            Self::Internal(_) => Class::Internal,
        }
    }
}

/// Why an engine can't start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The journal can't be read or taken.
    #[error("the journal: {0}")]
    Store(#[from] io_store::Fault),
    /// A record is of a kind that this release does not know, or damaged.
    #[error("record {index} (format version {version}) is not a fact that this release knows: {why}")]
    Unreadable {
        /// The record.
        index: u64,
        /// The format version in its header.
        version: u16,
        /// What the codec said.
        why: String,
    },
    /// Replaying a record panicked: a defect; `harmony journal` shows the record.
    #[error("replaying record {index} panicked: {why}")]
    Panicked {
        /// The record.
        index: u64,
        /// The panic's text.
        why: String,
    },
    /// The writer thread could not be made.
    #[error("cannot start the writer thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// The text of a caught panic.
pub(crate) fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without text".to_owned())
}
