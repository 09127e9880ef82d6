use std::fmt;

use base_clock::Timestamp;
use minicbor::{Decode, Encode};

use crate::Ctx;

/// A service as pure state and functions. See the crate's page for the idea, DESIGN §1 of the project for the reasons.
///
/// The codec of the machine itself is its snapshot: hard state only. Soft fields are skipped there and are empty after a
/// restart.
pub trait Machine: Clone + Default + Encode<()> + for<'b> Decode<'b, ()> + Send + Sync + 'static {
    /// What somebody asks for: a verb and a noun, `LaunchTask`.
    type Command: Send + 'static;
    /// Why not: data that the caller's format turns into its own words.
    type Reject: fmt::Debug + Send + 'static;
    /// What is now a fact, in the past tense: `TaskLaunched`. Additive only: facts of old releases are replayed for ever.
    type Event: Encode<()> + for<'b> Decode<'b, ()> + Clone + Send + Sync + 'static;
    /// Whom a fact concerns; effects are computed key by key.
    type Key: Ord + Clone + Send + 'static;
    /// An order to the world. Losing, repeating or reordering effects is harmless: they are recomputed from state.
    type Effect: Send + 'static;
    /// What `decide` may look at besides the state: indexes that fold the events, are owned by the one writer, are not part
    /// of a snapshot and can be rebuilt from the state.
    type Index: Send + 'static;
    /// Settings that `decide` and `work` use. Not journalled: what must stay true for ever belongs into an event.
    type Config: Send + Sync + 'static;

    /// Clever, and free to change in each release: which facts follow from a command, or why none do.
    ///
    /// # Errors
    /// The reject; the state is untouched.
    fn decide(
        &self,
        index: &Self::Index,
        cx: &mut Ctx<'_, Self::Config>,
        command: Self::Command,
    ) -> Result<Vec<Self::Event>, Self::Reject>;

    /// Dumb, total, never fails: the only writer of state.
    fn apply(&mut self, at: Timestamp, event: &Self::Event);

    /// Whether a fact is soft: never journalled, forgotten at a restart, never read by the `apply` of a hard one.
    fn is_soft(event: &Self::Event) -> bool {
        let _ = event;
        false
    }

    /// Whom a fact concerns, asked after it was applied.
    fn touched(&self, event: &Self::Event, keys: &mut Vec<Self::Key>);

    /// All effects that are due about a key, from the state alone.
    fn work(&self, now: Timestamp, config: &Self::Config, key: &Self::Key, effects: &mut Vec<Self::Effect>);

    /// Every key: `work` over all of them is a full resync.
    fn keys(&self) -> Vec<Self::Key>;

    /// When [`Machine::tick`] must be decided at the latest.
    fn deadline(&self, config: &Self::Config) -> Option<Timestamp>;

    /// The command that means "time has passed".
    fn tick() -> Self::Command;

    /// Builds the index of a state.
    fn index(&self, config: &Self::Config) -> Self::Index;

    /// Folds a fact into the index, after it was applied to the state.
    fn fold(&self, index: &mut Self::Index, event: &Self::Event);

    /// The invariants around some keys. Called before a batch is appended, so it must cost no more than the batch.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    fn check(&self, keys: &[Self::Key]) -> Result<(), Violation>;
}

/// An invariant that does not hold: a defect, never the caller's fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
