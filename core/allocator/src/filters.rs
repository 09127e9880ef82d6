use std::{cell::Cell, sync::Arc};

use base_clock::Timestamp;
use base_slab::Column;
use imbl::{OrdMap, OrdSet};
use model_resources::{Resources, Role};

/// What frameworks declined and for how long. Cheap to clone; a filter applies while what would be offered is a part of
/// what was declined (Mesos' `RefusedOfferFilter`).
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// By agent, in the order of frameworks.
    agents: Column<Arc<Vec<Filter>>>,
    /// When an agent should be looked at for filters that are over.
    ends: OrdSet<(Timestamp, u32)>,
    /// How many filters a framework has, if any.
    counts: OrdMap<u32, u32>,
}

#[derive(Clone, Debug)]
struct Filter {
    framework: u32,
    role: Role,
    refused: Arc<Resources>,
    until: Timestamp,
}

/// The filters on one agent, to be asked about one lot of its resources.
#[derive(Clone, Debug)]
pub(crate) struct OfAgent<'a> {
    filters: &'a [Filter],
    now: Timestamp,
    /// The last answer.
    last: Cell<Option<(&'a Resources, bool)>>,
}

impl Filters {
    /// A framework does not want this of an agent until then. An earlier filter that says no more is dropped.
    pub fn insert(
        &mut self,
        framework: u32,
        agent: u32,
        role: Role,
        refused: impl Into<Arc<Resources>>,
        until: Timestamp,
    ) {
        let refused = refused.into();
        self.keep(framework, agent, |f| {
            f.role != role || f.until > until || !refused.contains(&f.refused)
        });
        let filters = Arc::make_mut(self.agents.get_mut(agent));
        let at = filters.partition_point(|f| f.framework <= framework);
        // Frameworks are offered an agent in turn and mostly decline the same, which is then kept once.
        let others = [
            filters.first(),
            at.checked_sub(1).and_then(|before| filters.get(before)),
        ];
        let same = others.into_iter().flatten().find(|f| f.refused == refused);
        let refused = same.map_or(refused, |f| f.refused.clone());
        filters.insert(
            at,
            Filter {
                framework,
                role,
                refused,
                until,
            },
        );
        self.ends.insert((until, agent));
        *self.counts.entry(framework).or_default() += 1;
    }

    /// Whether a framework would decline an offer.
    pub fn refuse(&self, now: Timestamp, framework: u32, agent: u32, role: &Role, offered: &Resources) -> bool {
        self.on(agent, now).refuse(framework, role, offered)
    }

    /// The filters on an agent that are not over.
    pub(crate) fn on(&self, agent: u32, now: Timestamp) -> OfAgent<'_> {
        let filters = self.agents.get(agent).map_or(&[][..], |filters| filters.as_slice());
        OfAgent {
            filters,
            now,
            last: Cell::new(None),
        }
    }

    /// When the next filter is over.
    pub fn next_end(&self) -> Option<Timestamp> {
        self.ends.get_min().map(|(end, _)| *end)
    }

    /// Drops the filters that are over at `now` and returns the agents that had some.
    pub fn expire(&mut self, now: Timestamp) -> Vec<u32> {
        let mut agents = Vec::new();
        while let Some((end, agent)) = self.ends.get_min().copied()
            && end <= now
        {
            self.ends.remove(&(end, agent));
            self.drop_where(agent, |f| f.until <= now);
            agents.push(agent);
        }
        agents.sort_unstable();
        agents.dedup();
        agents
    }

    /// Drops the filters of a framework for some roles, or for all if none is named (REVIVE).
    pub fn clear(&mut self, framework: u32, roles: &[Role]) {
        if !self.counts.contains_key(&framework) {
            return;
        }
        let of_framework = |filters: &Vec<Filter>| !span(filters, framework).is_empty();
        let agents: Vec<u32> = self
            .agents
            .iter()
            .filter(|(_, filters)| of_framework(filters))
            .map(|(agent, _)| agent)
            .collect();
        for agent in agents {
            self.keep(framework, agent, |f| !roles.is_empty() && !roles.contains(&f.role));
        }
    }

    /// Drops every filter on an agent's resources.
    pub fn forget_agent(&mut self, agent: u32) {
        self.drop_where(agent, |_| true);
    }

    /// Keeps only some of a pair's filters.
    fn keep(&mut self, framework: u32, agent: u32, keep: impl Fn(&Filter) -> bool) {
        let Some(filters) = self.agents.get(agent) else { return };
        let pair = &filters[span(filters, framework)];
        if pair.iter().any(|f| !keep(f)) {
            self.drop_where(agent, |f| f.framework == framework && !keep(f));
        }
    }

    fn drop_where(&mut self, agent: u32, over: impl Fn(&Filter) -> bool) {
        if !self.agents.get(agent).is_some_and(|filters| filters.iter().any(&over)) {
            return;
        }
        let filters = Arc::make_mut(self.agents.get_mut(agent));
        let dropped: Vec<Filter> = filters.extract_if(.., |f| over(f)).collect();
        for filter in dropped {
            // Another filter on the agent may end at the same moment.
            if !filters.iter().any(|f| f.until == filter.until) {
                self.ends.remove(&(filter.until, agent));
            }
            if let Some(count) = self.counts.get_mut(&filter.framework) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&filter.framework);
                }
            }
        }
    }
}

impl<'a> OfAgent<'a> {
    /// Whether a framework would decline an offer.
    pub(crate) fn refuse(&self, framework: u32, role: &Role, offered: &Resources) -> bool {
        self.live(framework, role).any(|f| f.refused.contains(offered))
    }

    /// The same where every question is about the same resources.
    pub(crate) fn refuse_same(&self, framework: u32, role: &Role, offered: &Resources) -> bool {
        self.live(framework, role).any(|f| match self.last.get() {
            Some((refused, answer)) if std::ptr::eq(refused, &*f.refused) => answer,
            _ => {
                let answer = f.refused.contains(offered);
                self.last.set(Some((&f.refused, answer)));
                answer
            }
        })
    }

    /// Other resources are asked about from now on.
    pub(crate) fn forget(&self) {
        self.last.set(None);
    }

    fn live<'b>(&'b self, framework: u32, role: &'b Role) -> impl Iterator<Item = &'a Filter> + 'b {
        let pair = &self.filters[span(self.filters, framework)];
        pair.iter().filter(move |f| f.until > self.now && f.role == *role)
    }
}

/// Where a framework's filters are among those of an agent.
fn span(filters: &[Filter], framework: u32) -> std::ops::Range<usize> {
    let first = filters.partition_point(|f| f.framework < framework);
    let len = filters[first..].iter().take_while(|f| f.framework == framework).count();
    first..first + len
}
