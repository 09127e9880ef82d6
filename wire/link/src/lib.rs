//! What a master and an agent say to each other on the control stream of their link.
//!
//! A frame is a `u32` length in network order and that many bytes of CBOR with numbered fields (RFC 8949); fields and
//! variants are only ever added, and unknown fields are skipped. `Hello` comes first and carries [`PROTOCOL`]; release N
//! reads what N-1 sends. Orders are level-triggered: each may be lost, repeated or come late.

mod executor;
mod frame;
mod holdings;
mod message;
mod origin;
mod policy;

pub use executor::{ExecutorExit, ExecutorMessage, ExecutorReport, ShutdownExecutor};
pub use frame::{FrameError, MAX_FRAME, decode, encode};
pub use holdings::{Birth, Death, Failure, Hold, Holdings, Unmade};
pub use message::{Hello, KillTask, PROTOCOL, RunTask, TaskReport, ToAgent, ToMaster, Update, Welcome};
pub use origin::Origin;
pub use policy::ReconfigurationPolicy;

/// On a request that a master passes on to an agent for somebody: the principal whom the master knows them as, or nothing, and
/// then the agent asks for itself. Without this header the master asks on its own behalf.
pub const ON_BEHALF_OF: &str = "harmony-on-behalf-of";
