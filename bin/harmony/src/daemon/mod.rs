//! The daemons: what `harmony master` and `harmony agent` run, and a look into the journal they leave.

pub mod access;
pub mod agent;
mod executors;
pub mod journal;
pub mod master;
mod oversubscription;
mod parent;
pub mod pool;

pub use parent::stop_signal;
