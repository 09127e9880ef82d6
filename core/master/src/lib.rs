//! The master: agents, frameworks, tasks and the two faces of the pool, as a pure machine.
//!
//! Commands are decided in `decide/<verb_noun>.rs`, facts are applied in `apply/<noun>.rs`, `work.rs` says what the world
//! should do and `check.rs` what must always hold. The allocator is the machine's index.
//!
//! The master owns a task's statuses from the moment they are journalled: the agent is told to forget them at once, the
//! framework gets the first unacknowledged one, and again after each subscription and after 10 s, 20 s, 40 s and so on, at
//! most 10 min, until it acknowledges. Words and rules are those of Mesos 1.11 (`src/master/master.cpp`,
//! `src/master/validation.cpp`) unless a place says otherwise. One difference is everywhere: what the master itself finds
//! out about a task that it knows carries a uuid too, and is delivered as reliably as an agent's word.

mod apply;
mod check;
mod codec;
mod command;
mod config;
mod decide;
mod digest;
mod effect;
mod event;
mod face;
mod index;
mod inverse_offer;
mod key;
mod machine;
mod mark;
mod offer;
mod reject;
mod state;
mod view;
mod work;

pub use core_allocator::Sorter;

pub use command::{Command, JoinAgent, Launch, OfferOperation, Proof, Subscribe};
pub use config::Config;
pub use digest::Digest;
pub use effect::Effect;
pub use event::{Drop, Event, ExecutorEvent, InverseEvent, Leadership, Oversubscribed, RegistryEvent, Removal};
pub use face::Face;
pub use inverse_offer::InverseOffer;
pub use key::Key;
pub use mark::Mark;
pub use offer::Offer;
pub use reject::{Refusal, Reject};
pub use state::{
    Agent, Answer, CompletedFramework, Drain, Executor, Framework, Gone, HeldRemovals, History, KillRequest,
    Maintenance, Master, OperationRecord, Seen, Task,
};
