//! What native drivers (libmesos and its kin) say, in libprocess' form: protobuf messages that processes post to each
//! other, each answered by a post back. Schedulers talk with the master, [`executor`]s with their agent.
//!
//! Sources: `src/messages/messages.proto`, `src/sched/sched.cpp` and `3rdparty/libprocess` of Mesos 1.11.

mod event;
pub mod executor;
mod pid;
mod post;
mod read;

pub use event::post_event;
pub use pid::{Pid, PidError};
pub use post::{Route, error_post, post};
pub use read::{ReadError, Said, read};
