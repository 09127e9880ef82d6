use base_clock::Timestamp;
use base_ids::Principal;

use crate::{Ctx, Machine, Random, Violation};

/// One running machine: state, index, time and randomness. Who owns it is the only writer.
pub struct Driver<M: Machine> {
    state: M,
    index: M::Index,
    config: M::Config,
    random: Random,
    now: Timestamp,
    touched: Vec<M::Key>,
}

impl<M: Machine> Driver<M> {
    /// Starts from a state, as it was loaded or empty.
    pub fn new(state: M, config: M::Config, random: Random) -> Self {
        let index = state.index(&config);
        Self {
            state,
            index,
            config,
            random,
            now: Timestamp::EPOCH,
            touched: Vec::new(),
        }
    }

    /// Applies a fact from the journal. Soft state and effects are of no concern here; call [`Driver::reindex`] at the end.
    pub fn replay(&mut self, at: Timestamp, event: &M::Event) {
        self.now = self.now.max(at);
        self.state.apply(at, event);
    }

    /// Rebuilds the index from the state, after a replay.
    pub fn reindex(&mut self) {
        self.index = self.state.index(&self.config);
    }

    /// Puts another state in place of this one, before a replay; what was touched is forgotten.
    pub fn reset(&mut self, state: M) {
        self.state = state;
        self.touched.clear();
        self.reindex();
    }

    /// Applies facts that were decided at `at`: the time in their records, so that a replay gives the same state.
    pub fn redo(&mut self, at: Timestamp, events: &[M::Event]) {
        for event in events {
            self.state.apply(at, event);
            self.state.fold(&mut self.index, event);
            self.state.touched(event, &mut self.touched);
        }
    }

    /// Decides a command and applies what follows. `now` is held back from going backwards.
    ///
    /// # Errors
    /// The machine's reject; nothing has changed.
    pub fn decide(
        &mut self,
        now: Timestamp,
        principal: &Principal,
        command: M::Command,
    ) -> Result<Vec<M::Event>, M::Reject> {
        let events = self.consider(now, principal, command)?;
        self.redo(self.now, &events);
        Ok(events)
    }

    /// Decides a command without applying what follows: for [`Driver::redo`], or to be forgotten.
    ///
    /// # Errors
    /// The machine's reject.
    pub fn consider(
        &mut self,
        now: Timestamp,
        principal: &Principal,
        command: M::Command,
    ) -> Result<Vec<M::Event>, M::Reject> {
        self.now = self.now.max(now);
        let mut cx = Ctx::new(self.now, principal, &self.config, &mut self.random);
        self.state.decide(&self.index, &mut cx, command)
    }

    /// The keys touched since the last call, each once.
    pub fn take_touched(&mut self) -> Vec<M::Key> {
        let mut keys = std::mem::take(&mut self.touched);
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// What the world should do about some keys now.
    pub fn work(&self, keys: &[M::Key]) -> Vec<M::Effect> {
        let mut effects = Vec::new();
        for key in keys {
            self.state.work(self.now, &self.config, key, &mut effects);
        }
        effects
    }

    /// The invariants around some keys.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn check(&self, keys: &[M::Key]) -> Result<(), Violation> {
        self.state.check(keys)
    }

    /// When the next tick is due.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.state.deadline(&self.config)
    }

    /// The state; clone it for a snapshot.
    pub fn state(&self) -> &M {
        &self.state
    }

    /// The index.
    pub fn index(&self) -> &M::Index {
        &self.index
    }

    /// The settings.
    pub fn config(&self) -> &M::Config {
        &self.config
    }

    /// The time of the last decision.
    pub fn now(&self) -> Timestamp {
        self.now
    }
}
