//! Executors on native drivers: their posts as calls of the v1 executor API, and its events as posts to them.
//!
//! An executor finds its agent by `MESOS_SLAVE_PID`. Source: `src/exec/exec.cpp` of Mesos 1.11.

mod event;
mod read;

pub use event::{Addressee, post_event, post_reconnect};
pub use read::{comes_back, read};
