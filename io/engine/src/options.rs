use core_machine::{Driver, Machine};
use io_store::{Epoch, MachineTag, Snapshots, Store};

/// Where effects go. Called on the writer thread after the commit: hand them on, never wait.
pub trait Sink<M: Machine>: Send {
    /// Effects that are due, with the machine as it is now.
    fn run(&mut self, driver: &Driver<M>, effects: Vec<M::Effect>);

    /// The soft state was lost (a batch was dropped and the state reloaded): connections and subscriptions must start anew.
    fn reset(&mut self);
}

/// What an engine needs.
pub struct Options<M: Machine> {
    /// The journal.
    pub store: Box<dyn Store>,
    /// Where snapshots are kept.
    pub snapshots: Box<dyn Snapshots>,
    /// The leadership to take.
    pub epoch: Epoch,
    /// The machine's settings.
    pub config: M::Config,
    /// The machine's place in the journal: which of the process's machines a fact belongs to.
    pub tag: fn(&M::Event) -> MachineTag,
    /// Seeds ids.
    pub seed: u64,
    /// Gets the effects.
    pub sink: Box<dyn Sink<M>>,
    /// The thread's name, and the name in logs.
    pub name: &'static str,
    /// How many commands may wait.
    pub queue: usize,
    /// A snapshot is taken after this many records.
    pub snapshot_every: u64,
}
