//! The generic engine around a pure machine: commit, then speak.
//!
//! One writer thread drains a bounded queue, decides and applies each command, appends the batch to the journal, and only
//! then answers the callers, publishes and hands out the effects. A caller that got an answer can't lose what it was told:
//! the journal has it.

mod clock;
mod failure;
mod handle;
mod keeper;
mod load;
mod options;
mod request;
mod writer;

pub use failure::{Failure, StartError};
pub use handle::{Committed, Handle, Outcome, Snapshot};
pub use options::{Options, Sink};
pub use writer::start;
