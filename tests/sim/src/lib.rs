//! A whole cluster in one thread, under seeded faults.
//!
//! The machines are those of the binary: [`core_control::Control`] on a journal in memory, and agents
//! ([`core_agent::Agent`]) each on a journal of its own. What is simulated is the world around them: disks that tear
//! writes, links that break, clocks that jump, processes that die, containers, clients and a framework. Every message
//! between master and agents goes through the link's codec. One seed gives one history, to the byte of its trace.
//!
//! After so many steps the faults stop; then all must come to rest. Oracles watch all the time, see `oracle`.

mod agent;
mod apps;
mod chaos;
mod clients;
mod engine;
mod fault;
mod framework;
mod master;
mod network;
mod oracle;
mod queue;
mod rogue;
mod runtime;
mod storage;
mod trace;
mod world;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use fault::{Counts, Fault};
pub use trace::Printer;

use crate::world::World;

/// A mistake that is built in on request, so that it can be seen that the oracles find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Callers are answered before their facts are in the journal.
    AnswerBeforeAppend,
}

/// What to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// All randomness.
    pub seed: u64,
    /// How many events happen before the faults stop.
    pub steps: u64,
    /// The mistake to build in.
    pub plant: Option<Plant>,
}

/// How a run went.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Events that happened, those after the end of the faults among them.
    pub steps: u64,
    /// Simulated time, in seconds.
    pub seconds: f64,
    /// How often each fault struck.
    pub faults: Counts,
    /// The hash of all lines of the trace.
    pub hash: u64,
    /// What an oracle saw; `None` if all was well.
    pub failure: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            steps,
            seconds,
            faults,
            hash,
            failure,
        } = self;
        if let Some(failure) = failure {
            writeln!(f, "seed {seed} FAILED: {failure}")?;
        }
        write!(
            f,
            "seed {seed}: {steps} steps, {seconds:.1} simulated seconds, faults: {faults}, trace hash {hash:016x}"
        )
    }
}

/// Simulates one seed. `printer` gets the lines of the trace.
pub fn run(options: &Options, printer: Option<Printer>) -> Report {
    let mut world = World::new(options, printer);
    let ended = catch_unwind(AssertUnwindSafe(|| world.run()));
    let mut report = world.report();
    if let Err(panic) = ended {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let text = text
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        report.failure = Some(format!("a machine panicked: {text}"));
    }
    report
}
