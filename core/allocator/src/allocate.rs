use std::collections::BTreeSet;

use base_clock::Timestamp;
use model_resources::{Resource, Resources, Role};

use crate::{Allocator, Filters, agent::Agent, amounts::Amounts, filters::OfAgent, tree::Tree};

/// What an allocation must look at: everything else was refused by everybody who still wants something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dirty {
    /// Agents with something newly free, or where a filter ended: everybody is asked.
    pub agents: imbl::OrdSet<u32>,
    /// Frameworks that newly want something: they are asked about all agents.
    pub frameworks: imbl::OrdSet<u32>,
}

impl Dirty {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.frameworks.is_empty()
    }
}

/// Something to offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Whom.
    pub framework: u32,
    /// In which role.
    pub role: Role,
    /// Of which agent.
    pub agent: u32,
    /// What.
    pub resources: Resources,
}

impl Allocator {
    /// Gives what is free to those who are furthest below their share. The allocator itself does not change: the caller
    /// makes the grants facts and folds them with [`Allocator::charge`].
    ///
    /// O(log n) for a grant; an agent that nobody wants costs one look at everybody who could.
    pub fn allocate(&self, now: Timestamp, filters: &Filters, dirty: &Dirty) -> Vec<Grant> {
        let mut pass = Pass {
            allocator: self,
            tree: self.tree.clone(),
            now,
            filters,
            grants: Vec::new(),
            last: None,
        };
        pass.tree.settle();
        for agent in &dirty.agents {
            pass.share_out(*agent);
        }
        let eager: BTreeSet<u32> = dirty.frameworks.iter().flat_map(|slot| self.leaves(*slot)).collect();
        if !eager.is_empty() {
            pass.tree.restrict(|leaf| eager.contains(&leaf));
            for agent in (0..self.agents.len() as u32).filter(|agent| !dirty.agents.contains(agent)) {
                pass.share_out(agent);
            }
        }
        pass.grants
    }

    fn leaves(&self, framework: u32) -> impl Iterator<Item = u32> {
        let known = self.frameworks.get(framework as usize).and_then(Option::as_ref);
        known
            .into_iter()
            .flat_map(|known| known.leaves.iter().map(|(_, leaf)| *leaf))
    }

    /// Whether an offer is worth making.
    fn is_enough(&self, offered: &Resources) -> bool {
        if offered.is_empty() || self.minimums.is_empty() {
            return !offered.is_empty();
        }
        self.minimums.iter().any(|minimum| offered.holds(minimum))
    }
}

/// One allocation under way: the grants are played on a copy of the tree.
struct Pass<'a> {
    allocator: &'a Allocator,
    tree: Tree,
    now: Timestamp,
    filters: &'a Filters,
    grants: Vec<Grant>,
    /// The last grant, not yet played: the last of all never need be, which spares a small allocation the copy of anything.
    last: Option<(u32, Amounts)>,
}

/// What is left of an agent while it is shared out.
struct Lot<'a> {
    slot: u32,
    agent: &'a Agent,
    rest: Resources,
    /// Nothing in it is reserved, revocable or shared: everybody is offered the same.
    plain: bool,
    /// For a plain rest: it is worth an offer.
    enough: bool,
    filters: OfAgent<'a>,
}

impl Pass<'_> {
    fn share_out(&mut self, slot: u32) {
        let Some(Some(agent)) = self.allocator.agents.get(slot as usize) else {
            return;
        };
        if !agent.ready || agent.free.is_empty() {
            return;
        }
        let filters = self.filters.on(slot, self.now);
        let mut lot = Lot {
            slot,
            agent,
            rest: agent.free.clone(),
            plain: agent.free.iter().all(Resource::is_plain),
            enough: self.allocator.is_enough(&agent.free),
            filters,
        };
        while let Some((leaf, grant)) = self.pick(&lot) {
            self.last = Some((leaf, self.allocator.kinds.measure(&grant.resources)));
            if lot.plain {
                lot.rest = Resources::new();
            } else {
                lot.rest -= &grant.resources;
            }
            self.grants.push(grant);
        }
    }

    /// Who gets something of what is left of an agent.
    fn pick(&mut self, lot: &Lot<'_>) -> Option<(u32, Grant)> {
        if lot.rest.is_empty() || lot.plain && !lot.enough {
            return None;
        }
        if let Some((leaf, amounts)) = self.last.take() {
            self.tree.charge(leaf, &amounts, 1, 1);
        }
        let (this, tree) = (&*self, &self.tree);
        let mut take = |leaf, framework, role: &Role| {
            let resources = this.offer(lot, framework, role)?;
            let (role, agent) = (role.clone(), lot.slot);
            Some((
                leaf,
                Grant {
                    framework,
                    role,
                    agent,
                    resources,
                },
            ))
        };
        if lot.plain {
            return tree.first(&mut take);
        }
        // Once only reserved resources are left, only those for whom they are reserved need be asked.
        let reserved: BTreeSet<&Role> = lot.rest.iter().filter_map(|r| r.reserved_role()).collect();
        let for_all = reserved.is_empty() || self.allocator.is_enough(&lot.rest.unreserved());
        match (for_all, reserved.len()) {
            (true, 0) if !self.allocator.is_enough(&lot.rest) => None,
            (false, 1) => tree.first_in(reserved.first()?, &mut take),
            _ => tree.first(&mut take),
        }
    }

    /// What a framework would be offered, unless it would not want it.
    fn offer(&self, lot: &Lot<'_>, framework: u32, role: &Role) -> Option<Resources> {
        let abilities = self.allocator.frameworks.get(framework as usize)?.as_ref()?.abilities;
        if lot.agent.has_gpus && !abilities.gpus {
            return None;
        }
        if lot.plain {
            return (!lot.filters.refuse_same(framework, role, &lot.rest)).then(|| lot.rest.clone());
        }
        let offered = lot
            .rest
            .filter(|r| r.is_allocatable_to(role) && abilities.understand(r));
        let wanted = self.allocator.is_enough(&offered) && !lot.filters.refuse(framework, role, &offered);
        wanted.then_some(offered)
    }
}
