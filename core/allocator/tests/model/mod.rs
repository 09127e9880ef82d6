//! Fairness spelled out: nothing is kept, everything is summed when asked.

use std::collections::{BTreeMap, BTreeSet};

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Grant};
use model_resources::{Name, Quantities, Resources, Role};

/// Something that a framework has of an agent.
#[derive(Clone, Debug)]
pub struct Piece {
    pub framework: u32,
    pub role: Role,
    pub agent: u32,
    pub resources: Resources,
}

pub struct Model {
    minimums: Vec<Quantities>,
    /// All that it has, and whether it is ready.
    pub agents: BTreeMap<u32, (Resources, bool)>,
    /// Whether it takes GPUs, and the roles that it wants offers for.
    pub frameworks: BTreeMap<u32, (bool, Vec<Role>)>,
    pub weights: BTreeMap<Role, f64>,
    pub pieces: Vec<Piece>,
    pub filters: Vec<(u32, Role, u32, Resources, Timestamp)>,
}

type Leaf = (u32, Role);

pub fn resources(text: &str) -> Resources {
    Resources::parse(text).unwrap()
}

impl Model {
    pub fn new(minimums: Vec<Quantities>) -> Self {
        Self {
            minimums,
            agents: BTreeMap::new(),
            frameworks: BTreeMap::new(),
            weights: BTreeMap::new(),
            pieces: Vec::new(),
            filters: Vec::new(),
        }
    }

    pub fn free(&self, agent: u32) -> Resources {
        let total = self.agents.get(&agent).map(|known| known.0.clone()).unwrap_or_default();
        self.pieces
            .iter()
            .filter(|piece| piece.agent == agent)
            .fold(total, |free, piece| free - &piece.resources)
    }

    /// Plays an allocation's grants and says whether each was the right one, and whether one is missing.
    pub fn follow(&mut self, now: Timestamp, dirty: &Dirty, grants: Vec<Grant>) -> Result<(), String> {
        let mut grants = grants.into_iter().peekable();
        let others: Vec<u32> = self
            .agents
            .keys()
            .filter(|agent| !dirty.agents.contains(*agent))
            .copied()
            .collect();
        let visits = dirty.agents.iter().map(|agent| (*agent, false));
        let visits: Vec<_> = visits.chain(others.into_iter().map(|agent| (agent, true))).collect();
        for (agent, eager_only) in visits {
            loop {
                let mut leaves = self.takers(now, agent);
                leaves.retain(|leaf, _| !eager_only || dirty.frameworks.contains(&leaf.0));
                if leaves.is_empty() {
                    break;
                }
                let first = self.firsts(leaves.keys().cloned().collect());
                let grant = grants
                    .next()
                    .ok_or_else(|| format!("{leaves:?} got nothing of agent {agent}"))?;
                let leaf = (grant.framework, grant.role.clone());
                if grant.agent != agent || !first.contains(&leaf) {
                    return Err(format!("{grant:?}, but {first:?} come first on agent {agent}"));
                }
                if leaves[&leaf] != grant.resources {
                    return Err(format!("{grant:?} instead of {}", leaves[&leaf]));
                }
                let Grant {
                    framework,
                    role,
                    agent,
                    resources,
                } = grant;
                self.pieces.push(Piece {
                    framework,
                    role,
                    agent,
                    resources,
                });
            }
        }
        grants
            .next()
            .map_or(Ok(()), |extra| Err(format!("{extra:?} is one too many")))
    }

    /// An allocator that learned the facts as they are, not as they came.
    pub fn rebuild(&self) -> Allocator {
        let mut allocator = Allocator::new(self.minimums.clone());
        for (role, weight) in &self.weights {
            allocator.set_weight(role.clone(), *weight);
        }
        for (agent, (total, ready)) in self.agents.iter().rev() {
            allocator.add_agent(*agent, total);
            allocator.set_ready(*agent, *ready);
        }
        for (framework, (gpus, roles)) in &self.frameworks {
            allocator.set_framework(
                *framework,
                Abilities {
                    gpus: *gpus,
                    ..Abilities::default()
                },
            );
            allocator.set_wants(*framework, roles);
        }
        for piece in &self.pieces {
            allocator.charge(piece.framework, &piece.role, piece.agent, &piece.resources);
        }
        allocator
    }

    /// Who could be offered something of an agent, and what.
    fn takers(&self, now: Timestamp, agent: u32) -> BTreeMap<Leaf, Resources> {
        let Some((total, true)) = self.agents.get(&agent) else {
            return BTreeMap::new();
        };
        let (free, has_gpus) = (self.free(agent), total.iter().any(|r| r.name == Name::Gpus));
        let frameworks = self.frameworks.iter().filter(|(_, (gpus, _))| *gpus || !has_gpus);
        let leaves = frameworks.flat_map(|(id, (_, roles))| roles.iter().map(|role| (*id, role.clone())));
        leaves
            .map(|leaf| (leaf.clone(), free.allocatable_to(&leaf.1)))
            .filter(|(leaf, offered)| self.is_enough(offered) && !self.is_filtered(now, leaf, agent, offered))
            .collect()
    }

    fn is_enough(&self, offered: &Resources) -> bool {
        let amounts = Quantities::of_scalars(offered);
        self.minimums.iter().any(|minimum| amounts.contains(minimum))
    }

    fn is_filtered(&self, now: Timestamp, leaf: &Leaf, agent: u32, offered: &Resources) -> bool {
        self.filters.iter().any(|(framework, role, on, refused, until)| {
            (*framework, role) == (leaf.0, &leaf.1) && *on == agent && *until > now && refused.contains(offered)
        })
    }

    /// Those of some leaves that come first: at each step down the tree, the branches of the smallest share.
    fn firsts(&self, leaves: Vec<Leaf>) -> BTreeSet<Leaf> {
        self.firsts_below(0, leaves.into_iter().map(|leaf| (path(&leaf), leaf)).collect())
    }

    fn firsts_below(&self, depth: usize, leaves: Vec<(Vec<Step>, Leaf)>) -> BTreeSet<Leaf> {
        let mut branches: BTreeMap<Step, Vec<(Vec<Step>, Leaf)>> = BTreeMap::new();
        for (path, leaf) in leaves {
            match path.get(depth) {
                Some(step) => branches.entry(step.clone()).or_default().push((path, leaf)),
                None => return [leaf].into(),
            }
        }
        let least = branches
            .keys()
            .map(|step| self.share(step))
            .fold(f64::INFINITY, f64::min);
        let first = branches.into_iter().filter(|(step, _)| self.share(step) == least);
        first
            .flat_map(|(_, below)| self.firsts_below(depth + 1, below))
            .collect()
    }

    fn share(&self, step: &Step) -> f64 {
        let of_step = |piece: &&Piece| match step {
            Step::Role(role) => role.covers(&piece.role),
            Step::Members(role) => *role == piece.role,
            Step::Leaf(framework, role) => (*framework, role) == (piece.framework, &piece.role),
        };
        let mut had: BTreeMap<Name, i64> = BTreeMap::new();
        for piece in self.pieces.iter().filter(of_step) {
            for (name, amount) in Quantities::of_scalars(&piece.resources).iter() {
                *had.entry(name.clone()).or_default() += amount.millis();
            }
        }
        let weight = match step {
            Step::Role(role) => self.weights.get(role).copied().unwrap_or(1.0),
            _ => 1.0,
        };
        let parts = had
            .iter()
            .map(|(name, amount)| *amount as f64 / self.total(name) as f64);
        parts.fold(0.0, f64::max) / weight
    }

    fn total(&self, name: &Name) -> i64 {
        self.agents
            .values()
            .map(|(total, _)| Quantities::of_scalars(total).get(name).millis())
            .sum()
    }
}

/// A node on the way down to a leaf.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Role(Role),
    Members(Role),
    Leaf(u32, Role),
}

fn path((framework, role): &Leaf) -> Vec<Step> {
    let mut roles: Vec<Role> = role.ancestors().collect();
    roles.reverse();
    let above = roles.into_iter().chain([role.clone()]).map(Step::Role);
    above
        .chain([Step::Members(role.clone()), Step::Leaf(*framework, role.clone())])
        .collect()
}
