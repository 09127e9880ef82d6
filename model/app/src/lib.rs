//! Apps: what Marathon's users declare, as data, with its rules. Data and arithmetic, no behaviour of a scheduler.
//!
//! Names, defaults, rules and texts of violations are those of Marathon 1.11. All types are journalled as CBOR with
//! numbered fields: fields are only ever added.

mod app;
mod backoff;
mod check;
mod constraint;
mod container;
mod env;
mod fetch;
mod health;
mod limits;
mod network;
mod path;
mod port;
mod readiness;
mod strategy;
mod upgrade;
mod validate;
mod violation;
mod volume;

pub use app::{AppSpec, Changes, Program};
pub use backoff::Backoff;
pub use check::{Check, CheckProbe};
pub use constraint::{Constraint, Operator};
pub use container::{Container, Engine, Image, Ipc, LinuxInfo, Parameter, PortMapping, Seccomp};
pub use env::EnvValue;
pub use fetch::Artifact;
pub use health::{HealthCheck, HealthProtocol, IpProtocol, PortRef};
pub use limits::{ExecutorResources, Limit, ResourceLimits};
pub use network::Network;
pub use path::{path_violations, resolve};
pub use port::{PortDefinition, Protocol};
pub use readiness::{ReadinessCheck, Scheme};
pub use strategy::{KillSelection, Unreachable, UpgradeStrategy};
pub use validate::{DEADLINE_LABEL, Rules};
pub use violation::Violation;
pub use volume::{Csi, Disk, Dvdi, Mode, Persistent, Volume, VolumeSource};
