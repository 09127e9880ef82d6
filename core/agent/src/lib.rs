//! The agent as a pure machine: which tasks it was given, what became of them, and which updates the master has not yet
//! taken into its journal.
//!
//! The agent journals a task *before* it starts it and an exit *before* it tells anyone, so that its own death loses
//! neither. What containers really exist is the runtime's knowledge; `work` says what should be done about the difference.

mod agent;
mod apply;
mod command;
mod decide;
mod effect;
mod environment;
mod estimator;
mod event;
mod executor;
mod exit;
mod gc;
mod guest;
mod qos;
mod task;
mod usage;
mod volumes;
mod work;

pub use agent::{Agent, Config};
pub use command::{ChangeHealth, Command, Reject};
pub use effect::{Effect, Order};
pub use environment::{environment, executor_environment, guest_environment};
pub use estimator::{Estimator, Fixed, Slack};
pub use event::{Event, GuestEvent};
pub use executor::{Doom, Executor, ExecutorKey, Owner, Subject};
pub use exit::Exit;
pub use gc::{Sandbox, overdue};
pub use guest::{ContainerPath, Guest, GuestSpec, Termination};
pub use qos::{Load, QosController};
pub use task::{Key, Phase, Task};
pub use usage::{Usage, Used};
pub use volumes::{Leftover, Volume};
