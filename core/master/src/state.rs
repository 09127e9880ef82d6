//! What the master knows. Hard fields are the snapshot; what follows from them is rebuilt when one is read.

mod agent;
mod framework;
mod history;
mod master;
mod operation;
mod redelivery;
mod soft;
mod task;

pub use agent::Agent;
pub use framework::{CompletedFramework, Framework};
pub use history::History;
pub use master::Master;
pub use operation::OperationRecord;
pub use task::{KillRequest, Seen, Task};

pub(crate) use framework::COMPLETED_TASKS;
pub(crate) use master::{COMPLETED_FRAMEWORKS, GONE_AGENTS};
pub(crate) use redelivery::Redelivery;
pub(crate) use soft::{Link, Refused, Session, Soft, Timer};
pub(crate) use task::NOWHERE;
