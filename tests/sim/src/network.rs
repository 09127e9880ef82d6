//! Links between agents and the master: connections that carry frames both ways, in order unless a fault is at work.
//!
//! A connection stands for a TCP stream with its multiplexer. Delays hold back what follows. What real TCP cannot do is
//! done only to messages that the protocol calls level-triggered (orders, acknowledgements, pings, updates): they may come
//! twice, or be overtaken. The introduction and the report are a state and keep their place in the stream: what was
//! sent before them comes before them, and they come once. A message that is lost ends its connection a little later, as with TCP.

use std::collections::BTreeMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::fault::{Counts, Fault};

/// Which end a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Master,
    Agent,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Which node dialled it.
    pub(crate) agent: usize,
    pub(crate) up: bool,
    /// The network has swallowed something: nothing comes through any more, until somebody notices.
    pub(crate) deaf: bool,
    ways: [Way; 2],
}

#[derive(Debug, Default)]
struct Way {
    /// When the last message arrives.
    last: u64,
    /// When the last one arrives that was overtaken or repeated.
    strays: u64,
}

/// When a message arrives: never, once or more often. `true` if it was lost.
pub(crate) struct Plan {
    pub(crate) arrivals: Vec<u64>,
    pub(crate) lost: bool,
}

/// All connections by number.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) connections: BTreeMap<u64, Connection>,
    count: u64,
}

impl Network {
    /// A number that no other connection has.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Opens a connection.
    pub(crate) fn open(&mut self, agent: usize) -> u64 {
        self.count += 1;
        let ways = [Way::default(), Way::default()];
        self.connections.insert(
            self.count,
            Connection {
                agent,
                up: true,
                deaf: false,
                ways,
            },
        );
        self.count
    }

    pub(crate) fn is_up(&self, number: u64) -> bool {
        self.connections.get(&number).is_some_and(|connection| connection.up)
    }

    /// Whether frames come through.
    pub(crate) fn carries(&self, number: u64) -> bool {
        self.connections
            .get(&number)
            .is_some_and(|connection| connection.up && !connection.deaf)
    }

    /// The connections of a node that are up.
    pub(crate) fn of_agent(&self, agent: usize) -> Vec<u64> {
        let all = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.agent == agent && connection.up);
        all.map(|(number, _)| *number).collect()
    }

    /// All connections that are up.
    pub(crate) fn all_up(&self) -> Vec<u64> {
        self.connections
            .iter()
            .filter(|(_, connection)| connection.up)
            .map(|(number, _)| *number)
            .collect()
    }

    /// Decides about a message. `loose` ones may be repeated and overtaken; `chaos` is whether faults are on.
    pub(crate) fn plan(
        &mut self,
        number: u64,
        to: End,
        loose: bool,
        now: u64,
        chaos: Option<&mut Counts>,
        rng: &mut ChaCha8Rng,
    ) -> Plan {
        let Some(connection) = self.connections.get_mut(&number).filter(|c| c.up && !c.deaf) else {
            return Plan {
                arrivals: Vec::new(),
                lost: false,
            };
        };
        let way = &mut connection.ways[usize::from(to == End::Agent)];
        let mut at = now + rng.random_range(200..20_000);
        let mut arrivals = Vec::new();
        if let Some(counts) = chaos {
            match rng.random_range(0..100) {
                0 => {
                    counts.add(Fault::Loss);
                    return Plan { arrivals, lost: true };
                }
                1 | 2 => {
                    counts.add(Fault::Delay);
                    at += rng.random_range(50_000..8_000_000);
                }
                3..=5 if loose => {
                    counts.add(Fault::Duplicate);
                    let again = at.max(way.last) + rng.random_range(0..3_000_000);
                    way.strays = way.strays.max(again);
                    arrivals.push(again);
                }
                6..=8 if loose => {
                    // It lingers, and does not hold back what follows.
                    counts.add(Fault::Reorder);
                    at = at.max(way.last) + rng.random_range(10_000..3_000_000);
                    way.strays = way.strays.max(at);
                    return Plan {
                        arrivals: vec![at],
                        lost: false,
                    };
                }
                _ => {}
            }
        }
        at = at.max(way.last);
        if !loose {
            at = at.max(way.strays);
        }
        way.last = at;
        arrivals.push(at);
        Plan { arrivals, lost: false }
    }
}
