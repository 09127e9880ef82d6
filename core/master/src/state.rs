//! What the master knows. Hard fields are the snapshot; what follows from them is rebuilt when one is read.

mod agent;
mod drain;
mod executor;
mod framework;
mod history;
mod leadership;
mod maintenance;
mod master;
mod operation;
mod recovery;
mod redelivery;
mod soft;
mod task;

pub use agent::Agent;
pub use drain::Drain;
pub use executor::Executor;
pub use framework::{CompletedFramework, Framework};
pub use history::History;
pub use maintenance::{Answer, Maintenance};
pub use master::{Gone, Master};
pub use operation::OperationRecord;
pub use recovery::HeldRemovals;
pub use task::{KillRequest, Seen, Task};

pub(crate) use framework::COMPLETED_TASKS;
pub(crate) use leadership::LEADERSHIPS;
pub(crate) use maintenance::Inverse;
pub(crate) use master::{COMPLETED_FRAMEWORKS, GONE_AGENTS};
pub(crate) use recovery::Recovery;
pub(crate) use redelivery::Redelivery;
pub(crate) use soft::{Link, Refused, Session, Soft, Timer};
pub(crate) use task::NOWHERE;
