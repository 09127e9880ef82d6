//! The machines of the master process as one machine: one journal, one index, one epoch, one group commit.
//!
//! Here are only dispatch and the two conversations between the machines ([`follow`]): the app scheduler asks for launches
//! and kills, the pool tells what became of tasks. Each machine stays whole without the other.

mod codec;
mod control;
pub mod follow;
mod message;
mod planner;

pub use control::{Config, Control, Index};
pub use message::{Command, Effect, Event, Key, Reject};
pub use planner::Planner;

/// The name and id of the app scheduler among the frameworks, as DNS names and command lines expect it.
pub const MARATHON: &str = "marathon";
