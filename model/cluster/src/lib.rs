//! The nouns of the cluster: agents, frameworks, tasks and their states. Data and arithmetic, no behaviour of a service.
//!
//! All types are journalled and sent over the link as CBOR with numbered fields: fields are only ever added.

mod agent;
pub mod arc;
mod constraint;
mod env;
mod executor;
mod framework;
mod health;
pub mod ip;
mod label;
mod machine;
mod operation;
mod packed;
mod quota;
mod reason;
mod state;
mod status;
mod task;

pub use agent::{AgentSpec, Domain};
pub use constraint::{AttributeConstraint, Predicate, Selector};
pub use env::{Env, EnvVar, EnvVarRef};
pub use executor::{ExecutorKind, ExecutorSpec};
pub use framework::{Capability, FrameworkSpec};
pub use health::{Enforcer, HealthCheck, Probe, Scheme};
pub use label::{Label, LabelRef, Labels};
pub use machine::{MachineId, Unavailability, Window};
pub use operation::{OperationState, OperationStatus};
pub use packed::{Pack, Packed};
pub use quota::Quota;
pub use reason::{Reason, Source};
pub use state::TaskState;
pub use status::TaskStatus;
pub use task::{Command, Discovery, DiscoveryPort, Program, TaskSpec, Uri};
