//! The master's machine alone, turned as its engine turns it: decide and apply, check, and the effects.

use std::hint::black_box;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, Principal};
use core_machine::{Driver, Random};
use core_master::{Command, Config, Effect, Event, Master};

use crate::nouns::{self, JOIN_TOKEN};

/// A pool in memory whose time stands still.
pub struct Pool {
    driver: Driver<Master>,
    who: Principal,
}

impl Default for Pool {
    fn default() -> Self {
        Self::new()
    }
}

impl Pool {
    /// An empty one.
    pub fn new() -> Self {
        let config = Config {
            join_token: Some(JOIN_TOKEN),
            ..Config::new(ClusterId::from("C"), 1)
        };
        let driver = Driver::new(Master::default(), config, Random::seeded(1));
        let mut pool = Self {
            driver,
            who: Principal::from("bench"),
        };
        pool.turn(Command::Tick);
        pool
    }

    /// One turn of the engine's loop with this command, but for the journal.
    pub fn turn(&mut self, command: Command) -> (Vec<Event>, Vec<Effect>) {
        let events = self.driver.decide(Timestamp::from_millis(1), &self.who, command);
        let events = events.expect("nothing is refused in this world");
        let keys = self.driver.take_touched();
        self.driver.check(&keys).expect("the invariants hold");
        let effects = black_box(self.driver.work(&keys));
        (events, effects)
    }

    /// Lets agents join and report.
    pub fn add_agents(&mut self, count: usize) -> Vec<AgentId> {
        (0..count)
            .map(|number| self.add_agent(number, nouns::AGENT_RESOURCES))
            .collect()
    }

    /// Lets one with such resources join and report.
    pub fn add_agent(&mut self, number: usize, has: &str) -> AgentId {
        let (events, _) = self.turn(nouns::join_with(number, has));
        let joined = events.iter().find_map(|event| match event {
            Event::AgentConnected { agent_id, .. } => Some(agent_id.clone()),
            _ => None,
        });
        let agent_id = joined.expect("a joined agent is connected");
        self.turn(nouns::report(agent_id.clone()));
        agent_id
    }

    /// The state.
    pub fn state(&self) -> &Master {
        self.driver.state()
    }
}
