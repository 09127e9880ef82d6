//! Typed identifiers. An id is never a bare `String`, so a task can't be looked up where an agent is meant.
//!
//! String ids are shared (`Arc<str>`): a clone is a counter, and equality first compares lengths. On the wire and in the
//! journal an id is its text, nothing else.

mod secret;
mod text;
mod uuid;

pub use secret::Secret;
pub use text::{
    AgentId, AppId, ClusterId, ContainerId, DeploymentId, ExecutorId, FrameworkId, OfferId, OperationId, Principal,
    TaskId,
};
pub use uuid::Uuid;
