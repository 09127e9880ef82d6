use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Bound::{Excluded, Unbounded},
};

use base_ids::{AgentId, Uuid};

use crate::{
    Candidate, Demand, Placement, Policy, Pool, Reason, Refusal,
    filters::{self, constraint::Rules, open, role},
    node::{Amounts, Node},
    scorers::{Preference, emptiness},
    take::take,
};

/// A pool while plans are made on it: what was placed is gone for those who come later, until the pool itself says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Placer {
    pub(crate) pool: Pool,
    policy: Policy,
    pub(crate) nodes: Vec<Node>,
    /// Agents that take work by how empty they are; of equals the first of the pool is the last here.
    order: BTreeSet<(i64, Reverse<u32>)>,
    emptiness: Vec<i64>,
    largest: Amounts,
    by_id: BTreeMap<AgentId, u32>,
    /// Agents that plans took from.
    taken: BTreeSet<u32>,
}

/// The answer to one demand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What was placed: the first ones of the demand's instances, in their order.
    pub placements: Vec<Placement>,
    /// Why the rest was not; `None` if all was placed.
    pub refusal: Option<Refusal>,
}

impl Placer {
    /// Indexes a pool: linear in its agents.
    pub fn new(pool: Pool, policy: Policy) -> Self {
        let nodes: Vec<Node> = pool.agents.iter().map(Node::new).collect();
        let largest = pool.agents.iter().fold(Amounts::default(), |most, agent| {
            let all = Node::whole(agent);
            Amounts {
                cpus: most.cpus.max(all.cpus),
                mem: most.mem.max(all.mem),
                ..most
            }
        });
        let emptiness: Vec<i64> = nodes.iter().map(|node| emptiness(&node.all(), &largest)).collect();
        let order = (0u32..).zip(&nodes).filter(|(_, node)| node.closed.is_none());
        let by_id = pool.agents.iter().map(|agent| agent.agent_id.clone());
        Self {
            policy,
            order: order.map(|(i, _)| (emptiness[i as usize], Reverse(i))).collect(),
            nodes,
            emptiness,
            largest,
            by_id: by_id.zip(0..).collect(),
            taken: BTreeSet::new(),
            pool,
        }
    }

    /// Says what is free of an agent now and whether it takes work, and forgets what plans took from it. `at` is its place
    /// in the pool; the rest of the candidate must be as it was.
    pub fn refresh(&mut self, at: u32, candidate: Candidate) {
        let node = Node::new(&candidate);
        let now = emptiness(&node.all(), &self.largest);
        let before = std::mem::replace(&mut self.emptiness[at as usize], now);
        self.order.remove(&(before, Reverse(at)));
        if node.closed.is_none() {
            self.order.insert((now, Reverse(at)));
        }
        self.nodes[at as usize] = node;
        self.pool.agents[at as usize] = candidate;
        self.taken.remove(&at);
    }

    /// Whether an agent, by its place in the pool, is another than it was last told, or plans took from it.
    pub fn is_stale(&self, at: u32, candidate: &Candidate) -> bool {
        self.taken.contains(&at) || self.pool.agents.get(at as usize) != Some(candidate)
    }

    /// The places in the pool of the agents that plans took from since they were last refreshed.
    pub fn taken(&self) -> impl Iterator<Item = u32> + '_ {
        self.taken.iter().copied()
    }

    /// Places as many of a demand's instances as fit, and takes their resources out of the pool.
    pub fn place(&mut self, demand: &Demand) -> Outcome {
        let need = Amounts::of_demand(demand);
        let mut rules = self.rules(demand);
        let placements = match self.policy {
            _ if !rules.is_empty() => self.place_ruled(demand, &need, &mut rules),
            Policy::Spread => self.place_spread(demand, &need),
            Policy::Pack => self.place_packed(demand, &need),
        };
        let unplaced = demand.instances.len() - placements.len();
        let refusal = (unplaced > 0).then(|| Refusal {
            unplaced: unplaced as u32,
            ..self.refusal(demand, &need, &rules)
        });
        Outcome { placements, refusal }
    }

    /// What each agent would say to one more instance now.
    pub fn explain(&self, demand: &Demand) -> Refusal {
        let rules = self.rules(demand);
        let refusal = self.refusal(demand, &Amounts::of_demand(demand), &rules);
        let unplaced = if refusal.fitting() == 0 {
            demand.instances.len() as u32
        } else {
            0
        };
        Refusal { unplaced, ..refusal }
    }

    fn rules(&self, demand: &Demand) -> Rules {
        Rules::new(&self.pool, demand, |agent| self.find(agent))
    }

    fn find(&self, agent: &AgentId) -> Option<u32> {
        self.by_id.get(agent).copied()
    }

    fn own(&self, demand: &Demand) -> BTreeMap<u32, u32> {
        let mut own = BTreeMap::new();
        for (agent, count) in &demand.existing {
            if let Some(node) = self.find(agent).filter(|n| self.nodes[*n as usize].closed.is_none()) {
                *own.entry(node).or_insert(0) += count;
            }
        }
        own
    }

    /// The first filter on roles and amounts that refuses an agent.
    pub(crate) fn shortage(&self, node: u32, demand: &Demand, need: &Amounts) -> Option<Reason> {
        let node = &self.nodes[node as usize];
        if node.rest.is_none() && demand.accepts_unreserved() {
            return if role::admits(&node.open) {
                filters::amounts(&node.open, need, demand)
            } else {
                Some(Reason::Role)
            };
        }
        let share = node.share(demand);
        if role::admits(&share) {
            filters::amounts(&share, need, demand)
        } else {
            Some(Reason::Role)
        }
    }

    /// The first filter that refuses an agent.
    pub(crate) fn reason(&self, node: u32, demand: &Demand, need: &Amounts, rules: &Rules) -> Option<Reason> {
        let shortage = || self.shortage(node, demand, need);
        let closed = open::refusal(&self.nodes[node as usize]);
        if closed.is_some() {
            closed
        } else if rules.refusing(node as usize).is_some() {
            shortage().filter(|r| *r == Reason::Role).or(Some(Reason::Constraint))
        } else {
            shortage()
        }
    }

    fn take(&mut self, node: u32, demand: &Demand, need: &Amounts, instance: Uuid) -> Placement {
        let (resources, ports) = take(&mut self.nodes[node as usize], demand, need, instance);
        let now = emptiness(&self.nodes[node as usize].all(), &self.largest);
        let before = std::mem::replace(&mut self.emptiness[node as usize], now);
        self.order.remove(&(before, Reverse(node)));
        self.order.insert((now, Reverse(node)));
        self.taken.insert(node);
        Placement {
            instance,
            agent_id: self.pool.agents[node as usize].agent_id.clone(),
            resources,
            ports,
        }
    }

    /// Rounds over the agents from the emptiest down: in each, only those with the fewest instances of the app get one.
    fn place_spread(&mut self, demand: &Demand, need: &Amounts) -> Vec<Placement> {
        let mut placements = Vec::with_capacity(demand.instances.len());
        let mut own = self.own(demand);
        let floor = emptiness(need, &self.largest);
        let fewest = own.values().min().copied().unwrap_or(0);
        let mut level = if own.len() < self.order.len() { 0 } else { fewest };
        loop {
            let lowest = (floor, Reverse(u32::MAX));
            let (mut cursor, mut next_level) = ((i64::MAX, Reverse(0)), None::<u32>);
            while let Some(entry) = self.order.range(lowest..cursor).next_back().copied() {
                let Some(instance) = demand.instances.get(placements.len()) else {
                    return placements;
                };
                cursor = entry;
                let node = entry.1.0;
                if self.shortage(node, demand, need).is_some() {
                    continue;
                }
                let mut count = own.get(&node).copied().unwrap_or(0);
                if count <= level {
                    placements.push(self.take(node, demand, need, *instance));
                    count += 1;
                    own.insert(node, count);
                }
                next_level = Some(next_level.map_or(count, |l| l.min(count)));
            }
            match next_level {
                Some(next) if placements.len() < demand.instances.len() => level = next,
                _ => return placements,
            }
        }
    }

    /// The fullest agent that fits, as long as it fits.
    fn place_packed(&mut self, demand: &Demand, need: &Amounts) -> Vec<Placement> {
        let mut placements = Vec::with_capacity(demand.instances.len());
        let lowest = (emptiness(need, &self.largest), Reverse(u32::MAX));
        let mut next = self.order.range(lowest..).next().copied();
        while let Some(entry) = next {
            let node = entry.1.0;
            while self.shortage(node, demand, need).is_none() {
                let Some(instance) = demand.instances.get(placements.len()) else {
                    return placements;
                };
                placements.push(self.take(node, demand, need, *instance));
            }
            next = self.order.range((Excluded(entry), Unbounded)).next().copied();
        }
        placements
    }

    /// With constraints: agents in groups by the values of the GROUP_BY rules, each group in order of preference.
    fn place_ruled(&mut self, demand: &Demand, need: &Amounts, rules: &mut Rules) -> Vec<Placement> {
        let mut own = self.own(demand);
        let mut groups: BTreeMap<Vec<u32>, BTreeSet<Preference>> = BTreeMap::new();
        for (_, Reverse(node)) in &self.order {
            if !rules.refuses_for_good(*node as usize) && self.shortage(*node, demand, need).is_none() {
                let preference = self.preference(*node, &own);
                groups
                    .entry(rules.group(*node as usize))
                    .or_default()
                    .insert(preference);
            }
        }
        let mut placements = Vec::with_capacity(demand.instances.len());
        for instance in &demand.instances {
            let Some((group, preference)) = self.best(&mut groups, demand, need, rules) else {
                break;
            };
            let node = preference.2;
            placements.push(self.take(node, demand, need, *instance));
            rules.place(node as usize);
            *own.entry(node).or_insert(0) += 1;
            if let Some(members) = groups.get_mut(&group) {
                members.remove(&preference);
                members.insert(self.preference(node, &own));
            }
        }
        placements
    }

    fn preference(&self, node: u32, own: &BTreeMap<u32, u32>) -> Preference {
        let count = own.get(&node).copied().unwrap_or(0);
        self.policy.preference(count, self.emptiness[node as usize], node)
    }

    /// The best agent of all admitted groups. Agents that can take no more are dropped on the way.
    fn best(
        &self,
        groups: &mut BTreeMap<Vec<u32>, BTreeSet<Preference>>,
        demand: &Demand,
        need: &Amounts,
        rules: &Rules,
    ) -> Option<(Vec<u32>, Preference)> {
        let mut best: Option<(&Vec<u32>, Preference)> = None;
        for (group, members) in groups.iter_mut() {
            if !members.first().is_some_and(|p| rules.admits_group(p.2 as usize)) {
                continue;
            }
            while let Some(first) = members.first().copied() {
                if !rules.refuses_for_good(first.2 as usize) && self.shortage(first.2, demand, need).is_none() {
                    if best.is_none_or(|(_, b)| first < b) {
                        best = Some((group, first));
                    }
                    break;
                }
                members.pop_first();
            }
        }
        best.map(|(group, preference)| (group.clone(), preference))
    }
}
