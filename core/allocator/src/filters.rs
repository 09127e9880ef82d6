use std::sync::Arc;

use base_clock::Timestamp;
use imbl::{OrdMap, OrdSet};
use model_resources::{Resources, Role};

/// What frameworks declined and for how long. Cheap to clone; a filter applies while what would be offered is a part of
/// what was declined (Mesos' `RefusedOfferFilter`).
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// By framework and agent.
    pairs: OrdMap<(u32, u32), Arc<Vec<Filter>>>,
    /// When a pair should be looked at for filters that are over.
    ends: OrdSet<(Timestamp, u32, u32)>,
}

#[derive(Clone, Debug)]
struct Filter {
    role: Role,
    refused: Resources,
    until: Timestamp,
}

impl Filters {
    /// A framework does not want this of an agent until then.
    pub fn insert(&mut self, framework: u32, agent: u32, role: Role, refused: Resources, until: Timestamp) {
        let filters = self.pairs.entry((framework, agent)).or_default();
        Arc::make_mut(filters).push(Filter { role, refused, until });
        self.ends.insert((until, framework, agent));
    }

    /// Whether a framework would decline an offer.
    pub fn refuse(&self, now: Timestamp, framework: u32, agent: u32, role: &Role, offered: &Resources) -> bool {
        self.pairs.get(&(framework, agent)).is_some_and(|filters| {
            let mut live = filters.iter().filter(|f| f.until > now && f.role == *role);
            live.any(|f| f.refused.contains(offered))
        })
    }

    /// When the next filter is over.
    pub fn next_end(&self) -> Option<Timestamp> {
        self.ends.get_min().map(|(end, ..)| *end)
    }

    /// Drops the filters that are over at `now` and returns the pairs of framework and agent that had some.
    pub fn expire(&mut self, now: Timestamp) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        while let Some((end, framework, agent)) = self.ends.get_min().copied()
            && end <= now
        {
            self.ends.remove(&(end, framework, agent));
            self.keep(framework, agent, |f| f.until > now);
            pairs.push((framework, agent));
        }
        pairs
    }

    /// Drops the filters of a framework for some roles, or for all if none is named (REVIVE).
    pub fn clear(&mut self, framework: u32, roles: &[Role]) {
        let pairs = self.pairs.range((framework, 0)..=(framework, u32::MAX));
        let agents: Vec<u32> = pairs.map(|((_, agent), _)| *agent).collect();
        for agent in agents {
            self.keep(framework, agent, |f| !roles.is_empty() && !roles.contains(&f.role));
        }
    }

    /// Drops every filter on an agent's resources.
    pub fn forget_agent(&mut self, agent: u32) {
        let pairs: Vec<(u32, u32)> = self.pairs.keys().filter(|(_, on)| *on == agent).copied().collect();
        for (framework, agent) in pairs {
            self.keep(framework, agent, |_| false);
        }
    }

    fn keep(&mut self, framework: u32, agent: u32, keep: impl Fn(&Filter) -> bool) {
        let Some(filters) = self.pairs.get_mut(&(framework, agent)) else {
            return;
        };
        let filters = Arc::make_mut(filters);
        for over in filters.extract_if(.., |f| !keep(f)) {
            self.ends.remove(&(over.until, framework, agent));
        }
        // Another filter of the pair may end at the same moment as one that was dropped.
        for left in filters.iter() {
            self.ends.insert((left.until, framework, agent));
        }
        if filters.is_empty() {
            self.pairs.remove(&(framework, agent));
        }
    }
}
