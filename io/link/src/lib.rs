//! The link between an agent and the leader: one connection that the agent opens, and many streams on it.
//!
//! The agent asks for `POST /harmony/v1/link` with `Upgrade: harmony-link` and a bearer token; after the 101 both sides
//! speak yamux. The agent opens the first stream, the control stream of [`wire_link`] frames. Every further stream is
//! opened by the master and carries one HTTP/1.1 connection to the agent's own router (files, logs).

mod control;
mod dial;
mod mux;

pub use control::{Control, Lost, Outbox};
pub use dial::{DialError, PATH, UPGRADE, accept, dial};
pub use mux::{Opener, Streams, Substream};
