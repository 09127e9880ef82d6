use std::{collections::BTreeMap, sync::Arc};

use model_cluster::{AgentSpec, FrameworkSpec};
use model_resources::{Name, Quantities, Resources, Role, Scalar};

use crate::{
    Abilities, Sorter, agent::Agent, amounts::Kinds, constraints::Constraints, framework::Framework, quota::Quotas,
    tree::Tree,
};

/// What an offer must hold at least, one of these: 0.01 cpus, or 32 MiB of memory (Mesos' `MIN_CPUS` and `MIN_MEM`).
pub fn default_minimums() -> Vec<Quantities> {
    let cpus = [(Name::Cpus, Scalar::from_millis(10))];
    let mem = [(Name::Mem, Scalar::from_units(32))];
    vec![cpus.into_iter().collect(), mem.into_iter().collect()]
}

/// The shares of all, and what is free. Agents and frameworks are the caller's slot numbers. Facts about agents or
/// frameworks that are not there are passed over.
#[derive(Clone, Debug, Default)]
pub struct Allocator {
    pub(crate) minimums: Vec<Quantities>,
    pub(crate) kinds: Kinds,
    pub(crate) agents: Vec<Option<Agent>>,
    pub(crate) frameworks: Vec<Option<Framework>>,
    pub(crate) tree: Tree,
    pub(crate) quotas: Quotas,
    /// Whether agents with GPUs are offered to nobody else.
    pub(crate) filter_gpus: bool,
    /// Where the masters are.
    region: Option<String>,
    /// How many frameworks have minimums of their own.
    pub(crate) own_minimums: usize,
}

impl Allocator {
    /// An allocator of nothing yet; an offer must hold at least one of `minimums`, if there are any.
    pub fn new(minimums: Vec<Quantities>) -> Self {
        Self {
            minimums,
            filter_gpus: true,
            ..Self::default()
        }
    }

    /// An agent came, with nothing in use; it gets no work before [`Allocator::set_ready`].
    pub fn add_agent(&mut self, agent: u32, total: &Resources) {
        self.remove_agent(agent);
        self.kinds.learn(total);
        let measured = self.kinds.measure(total);
        self.tree.grow(&measured, 1);
        self.quotas.grow(&mut self.kinds, total, 1);
        place(&mut self.agents, agent, Agent::new(total.clone(), measured));
    }

    /// Whether agents with GPUs are offered only to frameworks that can use them (as Mesos' default is), or to everybody.
    pub fn filter_gpus(&mut self, filter: bool) {
        self.filter_gpus = filter;
    }

    /// In which order roles are served, and frameworks within a role.
    pub fn set_sorters(&mut self, roles: Sorter, frameworks: Sorter) {
        (self.tree.lottery.roles, self.tree.lottery.frameworks) = (roles, frameworks);
    }

    /// Whether an allocation needs a seed.
    pub fn is_random(&self) -> bool {
        [self.tree.lottery.roles, self.tree.lottery.frameworks].contains(&Sorter::Random)
    }

    /// Leaves some names out of all shares (Mesos' `--fair_sharing_excluded_resource_names`).
    pub fn exclude(&mut self, names: &[Name]) {
        self.tree.exclude(self.kinds.positions(names));
    }

    /// The masters' region: agents of another one are offered only to those who are aware of regions. Without one, no
    /// agent counts as remote, nor does an agent without a domain, as in Mesos.
    pub fn set_region(&mut self, region: Option<String>) {
        self.region = region;
    }

    /// What an agent says of itself, for the constraints of frameworks.
    pub fn describe_agent(&mut self, agent: u32, about: &Arc<AgentSpec>) {
        let theirs = about.domain.as_ref().map(|domain| &domain.region);
        let remote = theirs.is_some_and(|theirs| self.region.as_ref().is_some_and(|ours| ours != theirs));
        if let Some(Some(agent)) = self.agents.get_mut(agent as usize) {
            (agent.about, agent.remote) = (Some(about.clone()), remote);
        }
    }

    /// A framework's own minimums and constraints, by role, as its subscription has them.
    pub fn set_demands(&mut self, framework: u32, spec: &FrameworkSpec) {
        let Some(Some(known)) = self.frameworks.get_mut(framework as usize) else {
            return;
        };
        self.own_minimums -= usize::from(!known.minimums.is_empty());
        known.minimums = spec.minimums.clone();
        self.own_minimums += usize::from(!known.minimums.is_empty());
        known.constraints = Constraints::of(&spec.constraints);
    }

    /// An agent has other resources than before; what is in use of it stays in use.
    pub fn resize_agent(&mut self, agent: u32, total: &Resources) {
        let Some(Some(old)) = self.agents.get_mut(agent as usize) else {
            return;
        };
        if old.total == *total {
            return;
        }
        self.tree.grow(&old.measured, -1);
        self.quotas.grow(&mut self.kinds, &old.total, -1);
        self.quotas.grow(&mut self.kinds, total, 1);
        self.kinds.learn(total);
        let measured = self.kinds.measure(total);
        self.tree.grow(&measured, 1);
        old.resize(total, measured);
    }

    /// An agent went, and with it all that was in use of it.
    pub fn remove_agent(&mut self, agent: u32) {
        let Some(old) = self.agents.get_mut(agent as usize).and_then(Option::take) else {
            return;
        };
        self.tree.grow(&old.measured, -1);
        self.quotas.grow(&mut self.kinds, &old.total, -1);
        for (leaf, charge) in old.charges {
            self.tree.charge(leaf, &charge.measure, charge.pieces, -1);
            self.prune(leaf);
        }
    }

    /// Whether an agent may get new work.
    pub fn set_ready(&mut self, agent: u32, ready: bool) {
        if let Some(Some(agent)) = self.agents.get_mut(agent as usize) {
            agent.ready = ready;
        }
    }

    /// A framework came or says something new of itself; it wants nothing before [`Allocator::set_wants`].
    pub fn set_framework(&mut self, framework: u32, abilities: Abilities) {
        if let Some(Some(known)) = self.frameworks.get_mut(framework as usize) {
            known.abilities = abilities;
        } else {
            let leaves = Vec::new();
            place(
                &mut self.frameworks,
                framework,
                Framework {
                    abilities,
                    leaves,
                    minimums: BTreeMap::new(),
                    constraints: Constraints::default(),
                },
            );
        }
    }

    /// A framework went, after all that it had.
    pub fn remove_framework(&mut self, framework: u32) {
        let Some(old) = self.frameworks.get_mut(framework as usize).and_then(Option::take) else {
            return;
        };
        self.own_minimums -= usize::from(!old.minimums.is_empty());
        for (_, leaf) in old.leaves {
            self.tree.set_wants(leaf, false);
            self.tree.remove_leaf(leaf);
        }
    }

    /// For which roles a framework wants offers: exactly these.
    pub fn set_wants(&mut self, framework: u32, roles: &[Role]) {
        for role in roles {
            if let Some(leaf) = self.leaf(framework, role) {
                self.tree.set_wants(leaf, true);
            }
        }
        let Some(Some(known)) = self.frameworks.get(framework as usize) else {
            return;
        };
        let leaves = known.leaves.iter();
        let others: Vec<u32> = leaves
            .filter(|(role, _)| !roles.contains(role))
            .map(|(_, leaf)| *leaf)
            .collect();
        for leaf in others {
            self.tree.set_wants(leaf, false);
            self.prune(leaf);
        }
    }

    /// A role's weight, above zero; 1 unless it is set.
    pub fn set_weight(&mut self, role: Role, weight: f64) {
        self.tree.set_weight(role, weight);
    }

    /// A framework has a piece of an agent, on offer or in use.
    pub fn charge(&mut self, framework: u32, role: &Role, agent: u32, resources: &Resources) {
        let Some(leaf) = self.leaf(framework, role) else { return };
        self.kinds.learn(resources);
        let amounts = self.kinds.measure(resources);
        let Some(Some(agent)) = self.agents.get_mut(agent as usize) else {
            return self.prune(leaf);
        };
        agent.take(leaf, resources, &amounts);
        self.tree.charge(leaf, &amounts, 1, 1);
    }

    /// Many pieces at once, each as of [`Allocator::charge`].
    pub fn charge_all<'a>(&mut self, pieces: impl Iterator<Item = (u32, &'a Role, u32, &'a Resources)>) {
        let mut charges = Vec::with_capacity(pieces.size_hint().0);
        for (framework, role, agent, resources) in pieces {
            let Some(leaf) = self.leaf(framework, role) else {
                continue;
            };
            self.kinds.learn(resources);
            let amounts = self.kinds.measure(resources);
            let Some(Some(agent)) = self.agents.get_mut(agent as usize) else {
                self.prune(leaf);
                continue;
            };
            agent.take(leaf, resources, &amounts);
            charges.push((leaf, amounts));
        }
        self.tree.charge_all(&charges);
    }

    /// A piece is free again.
    pub fn refund(&mut self, framework: u32, role: &Role, agent: u32, resources: &Resources) {
        let Some(leaf) = self
            .frameworks
            .get(framework as usize)
            .and_then(|f| f.as_ref()?.leaf(role))
        else {
            return;
        };
        let amounts = self.kinds.measure(resources);
        let Some(Some(agent)) = self.agents.get_mut(agent as usize) else {
            return;
        };
        let Some(charge) = agent.charges.get_mut(&leaf) else {
            return;
        };
        charge.measure.add(&amounts, -1);
        charge.pieces -= 1;
        if charge.pieces == 0 {
            agent.charges.remove(&leaf);
        }
        agent.give_back(resources);
        self.tree.charge(leaf, &amounts, 1, -1);
        self.prune(leaf);
    }

    /// Brings the order up to date with the agents that came and went. Not needed for right answers, only to spare
    /// [`Allocator::allocate`] the work.
    pub fn settle(&mut self) {
        self.tree.settle();
    }

    /// What is free of an agent; `None` for an unknown one.
    pub fn free(&self, agent: u32) -> Option<&Resources> {
        self.agents.get(agent as usize)?.as_ref().map(|agent| &agent.free)
    }

    /// The dominant share of a role with all below it, divided by its weight.
    pub fn role_share(&self, role: &Role) -> f64 {
        self.tree.role_share(role)
    }

    /// The dominant share of a framework within a role.
    pub fn framework_share(&self, framework: u32, role: &Role) -> f64 {
        let framework = self.frameworks.get(framework as usize).and_then(Option::as_ref);
        framework
            .and_then(|f| f.leaf(role))
            .map_or(0.0, |leaf| self.tree.leaf_share(leaf))
    }

    /// Whether two allocators hold the same facts, whatever the order in which they learned them and when anybody was
    /// served last.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let agents = |of: &Self| -> Vec<_> {
            let known = of
                .agents
                .iter()
                .enumerate()
                .filter_map(|(slot, agent)| Some((slot, agent.as_ref()?)));
            known
                .map(|(slot, agent)| (slot, agent.free.clone(), agent.debt.clone(), agent.ready))
                .collect()
        };
        agents(self) == agents(other) && self.tree.essence() == other.tree.essence()
    }

    fn leaf(&mut self, framework: u32, role: &Role) -> Option<u32> {
        let known = self.frameworks.get_mut(framework as usize)?.as_mut()?;
        if let Some(leaf) = known.leaf(role) {
            return Some(leaf);
        }
        let leaf = self.tree.add_leaf(framework, role);
        known.leaves.push((role.clone(), leaf));
        Some(leaf)
    }

    /// Drops a leaf that nobody needs.
    fn prune(&mut self, leaf: u32) {
        let Some(owner) = self.tree.owner_of_idle(leaf) else {
            return;
        };
        self.tree.remove_leaf(leaf);
        if let Some(Some(owner)) = self.frameworks.get_mut(owner as usize) {
            owner.leaves.retain(|(_, kept)| *kept != leaf);
        }
    }
}

fn place<T>(slots: &mut Vec<Option<T>>, slot: u32, value: T) {
    let slot = slot as usize;
    if slots.len() <= slot {
        slots.resize_with(slot + 1, || None);
    }
    slots[slot] = Some(value);
}
