//! The one shape of every service: a pure machine inside a generic engine.
//!
//! A machine turns commands into events (`decide`), folds events into its state (`apply`) and says from the state alone what
//! the world should do (`work`). It never does anything itself: no I/O, no clock, no randomness but what [`Ctx`] hands it.
//! The [`Driver`] runs one; the engine puts a journal and callers around the driver, the simulator a seeded world.

mod ctx;
mod driver;
mod machine;
mod random;
mod record;

pub use ctx::Ctx;
pub use driver::Driver;
pub use machine::{Machine, Violation};
pub use random::Random;
pub use record::Record;
