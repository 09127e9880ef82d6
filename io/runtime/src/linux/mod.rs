//! The launcher on Linux: the agent's side in `agent`, the supervisor's in `shim`.

mod agent;
mod cgroup;
mod process;
mod protocol;
mod record;
mod shim;
mod sys;

pub use agent::Runtime;
pub use shim::shim_main;
