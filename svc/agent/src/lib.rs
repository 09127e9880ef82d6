//! The agent's edge: its journal, its containers, its link to the leader and its own HTTP port.
//!
//! Decisions are [`core_agent`]'s. Here an effect becomes a container, a message or a probe, and what the world answers
//! becomes a command.

pub mod access;
mod api;
mod containers;
mod driver;
mod effects;
mod executor;
mod flags;
mod guests;
mod health;
mod identity;
mod link;
mod operator;
mod options;
mod oversubscribe;
mod prepare;
mod recovery;
mod sandboxes;
mod service;
mod tell;
mod view;
mod volumes;

pub use access::Access;
pub use core_agent::{Config, Estimator, Fixed, Load, QosController, Slack};
pub use executor::Tokens;
pub use options::Options;
pub use oversubscribe::Oversubscription;
pub use recovery::Recover;
pub use wire_link::ReconfigurationPolicy;

pub use service::{Error, Service, build, runtime_options};

/// The running machine behind this agent.
type Handle = io_engine::Handle<core_agent::Agent>;
