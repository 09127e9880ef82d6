use std::sync::Arc;

use base_clock::Timestamp;
use imbl::{OrdMap, OrdSet};
use minicbor::{Decode, Encode};
use model_cluster::{AgentSpec, MachineId, Unavailability, Window};

use crate::InverseOffer;

/// The schedule of maintenance. A machine in it is being drained until it is down.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Maintenance {
    /// When which machines will not be there.
    #[n(0)]
    pub windows: Vec<Window>,
    /// Those of them that are down.
    #[n(1)]
    pub down: Vec<MachineId>,
}

impl Maintenance {
    /// Whether a machine is in the schedule.
    pub fn has(&self, machine: &MachineId) -> bool {
        self.windows.iter().any(|window| window.machines.contains(machine))
    }

    /// When an agent's machine will not be there, by the first window that it is in.
    pub(crate) fn unavailability_of(&self, agent: &AgentSpec) -> Option<Unavailability> {
        let window = self
            .windows
            .iter()
            .find(|window| window.machines.iter().any(|machine| machine.holds(agent)));
        window.map(|window| window.unavailability)
    }

    /// Whether an agent's machine is down.
    pub(crate) fn is_down(&self, agent: &AgentSpec) -> bool {
        self.down.iter().any(|machine| machine.holds(agent))
    }
}

/// What a framework said of doing without an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it can.
    pub accepted: bool,
    /// When it said so.
    pub at: Timestamp,
}

/// Inverse offers and what was said to them. Pairs are the slots of an agent and a framework.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inverse {
    /// Those that stand.
    pub(crate) offers: OrdMap<(u32, u32), Arc<InverseOffer>>,
    /// The same by number.
    pub(crate) by_number: OrdMap<u64, (u32, u32)>,
    /// The latest answers.
    pub(crate) answers: OrdMap<(u32, u32), Answer>,
    /// Who is not asked again before when.
    pub(crate) filters: OrdMap<(u32, u32), Timestamp>,
    /// The same in order of time.
    pub(crate) ends: OrdSet<(Timestamp, (u32, u32))>,
    /// Agents whose frameworks are to be asked.
    pub(crate) due: OrdSet<u32>,
    /// The number of the first of the latest offers.
    pub(crate) latest: u64,
}

impl Inverse {
    /// The inverse offers about an agent.
    pub(crate) fn of_agent(&self, agent: u32) -> impl Iterator<Item = &Arc<InverseOffer>> {
        self.offers
            .range((agent, 0)..=(agent, u32::MAX))
            .map(|(_, offer)| offer)
    }

    /// The inverse offers to a framework.
    pub(crate) fn of_framework(&self, framework: u32) -> impl Iterator<Item = &Arc<InverseOffer>> {
        let own = self.offers.iter().filter(move |((_, slot), _)| *slot == framework);
        own.map(|(_, offer)| offer)
    }

    /// When somebody is to be asked next.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        if !self.due.is_empty() {
            return Some(Timestamp::EPOCH);
        }
        self.ends.get_min().map(|(until, _)| *until)
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Arc<InverseOffer>> {
        let pair = self.by_number.remove(&number)?;
        self.offers.remove(&pair)
    }

    pub(crate) fn filter(&mut self, pair: (u32, u32), until: Timestamp) {
        self.unfilter(pair);
        self.filters.insert(pair, until);
        self.ends.insert((until, pair));
    }

    pub(crate) fn unfilter(&mut self, pair: (u32, u32)) {
        if let Some(until) = self.filters.remove(&pair) {
            self.ends.remove(&(until, pair));
        }
    }

    /// A framework may be asked about any agent again.
    pub(crate) fn unfilter_framework(&mut self, framework: u32) {
        let pairs: OrdSet<(u32, u32)> = self
            .filters
            .keys()
            .filter(|(_, slot)| *slot == framework)
            .copied()
            .collect();
        pairs.into_iter().for_each(|pair| self.unfilter(pair));
    }

    /// Forgets whatever is about some pairs, but for the offers.
    pub(crate) fn forget(&mut self, of: impl Fn((u32, u32)) -> bool) {
        let pairs: OrdSet<(u32, u32)> = self.filters.keys().chain(self.answers.keys()).copied().collect();
        for pair in pairs.into_iter().filter(|pair| of(*pair)) {
            self.unfilter(pair);
            self.answers.remove(&pair);
        }
    }
}
