//! A real cluster for a test: `harmony up` on an empty directory, driven over HTTP and by the command line.
//!
//! `HARMONY_BIN` names the release binary; `cargo xtask test` builds it and sets the variable. Every cluster has its own
//! directory and free ports, and is taken down with all of its tasks at the end, also when a test fails.

mod by_hand;
mod cluster;
mod framework;
mod http;
mod processes;
mod wait;

pub use by_hand::ByHand;
pub use cluster::Cluster;
pub use framework::{Framework, left_out, program};
pub use http::{Answer, request};
pub use processes::{kill_nine, named, parent_of};
pub use wait::{eventually, until};
