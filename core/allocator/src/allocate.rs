use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use base_clock::Timestamp;
use model_resources::{Quantities, Resource, Resources, Role};

use crate::{
    Allocator, Filters, agent::Agent, amounts::Measure, filters::OfAgent, framework::Framework, quota::Ledger,
    tree::Tree,
};

/// What an allocation must look at: everything else was refused by everybody who still wants something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dirty {
    /// Agents with something newly free, or where a filter ended: everybody is asked.
    pub agents: imbl::OrdSet<u32>,
    /// Frameworks that newly want something: they are asked about all agents.
    pub frameworks: imbl::OrdSet<u32>,
}

/// What an allocation came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allocation {
    /// What is offered.
    pub grants: Vec<Grant>,
    /// Agents of which a quota held something back that somebody wants: they are worth another look whenever anything
    /// changes.
    pub held: Vec<u32>,
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
    /// The grants of [`Allocator::plan`] with a seed of nothing.
    pub fn allocate(&self, now: Timestamp, filters: &Filters, dirty: &Dirty) -> Vec<Grant> {
        self.plan(now, filters, dirty, 0).grants
    }

    /// Gives what is free to those who are furthest below their share. The allocator itself does not change: the caller
    /// makes the grants facts and folds them with [`Allocator::charge`].
    ///
    /// Roles below their guarantee come first; what they are due is kept from everybody else, and nobody gets more than
    /// the limit of its role. O(log n) for a grant; an agent that nobody wants costs one look at everybody who could.
    ///
    /// With a random sorter the lots are drawn by `seed`: the same seed gives the same grants.
    pub fn plan(&self, now: Timestamp, filters: &Filters, dirty: &Dirty, seed: u64) -> Allocation {
        let mut pass = Pass {
            allocator: self,
            tree: self.tree.clone(),
            ledger: (!self.quotas.is_empty()).then(|| Ledger::new(self)),
            due_only: false,
            now,
            filters,
            done: Allocation::default(),
            left: BTreeMap::new(),
            last: None,
            spent: RefCell::new(Vec::new()),
            any_spent: false,
        };
        pass.tree.settle();
        if self.is_random() {
            pass.tree.draw(seed);
        }
        if pass.ledger.is_some() {
            pass.ask_those_due();
            pass.share_out_all(dirty.agents.iter().copied());
            pass.ask_everybody();
        }
        pass.share_out_all(dirty.agents.iter().copied());
        let eager: BTreeSet<u32> = dirty.frameworks.iter().flat_map(|slot| self.leaves(*slot)).collect();
        if !eager.is_empty() {
            pass.play_last();
            pass.tree.restrict(|leaf| eager.contains(&leaf));
            if pass.ledger.is_some() {
                pass.ask_everybody();
            }
            pass.share_out_all((0..self.agents.len() as u32).filter(|agent| !dirty.agents.contains(agent)));
        }
        pass.done
    }

    fn leaves(&self, framework: u32) -> impl Iterator<Item = u32> {
        let known = self.frameworks.get(framework as usize).and_then(Option::as_ref);
        known
            .into_iter()
            .flat_map(|known| known.leaves.iter().map(|(_, leaf)| *leaf))
    }

    /// Whether a framework may be told of an agent at all, and wants to be.
    pub(crate) fn may_hear(&self, framework: &Framework, role: &Role, agent: &Agent) -> bool {
        (framework.abilities.gpus || !agent.has_gpus || !self.filter_gpus)
            && (framework.abilities.regions || !agent.remote)
            && !framework.excludes(role, agent)
    }

    /// Whether an offer is worth making.
    fn is_enough(&self, offered: &Resources) -> bool {
        is_enough(&self.minimums, offered)
    }
}

fn is_enough(minimums: &[Quantities], offered: &Resources) -> bool {
    if offered.is_empty() || minimums.is_empty() {
        return !offered.is_empty();
    }
    minimums.iter().any(|minimum| offered.holds(minimum))
}

/// One allocation under way: the grants are played on a copy of the tree.
struct Pass<'a> {
    allocator: &'a Allocator,
    tree: Tree,
    /// If there is any quota.
    ledger: Option<Ledger<'a>>,
    /// Only those below their guarantees are asked.
    due_only: bool,
    now: Timestamp,
    filters: &'a Filters,
    done: Allocation,
    /// What the first round left of the agents that it came to.
    left: BTreeMap<u32, Resources>,
    /// The last grant, not yet played: the last of all never need be, which spares a small allocation the copy of anything.
    last: Option<(u32, Measure)>,
    /// Roles that were asked just now although their quota leaves them no room for any offer.
    spent: RefCell<Vec<Role>>,
    /// There are such roles, and they are not asked any more.
    any_spent: bool,
}

/// What is left of an agent while it is shared out.
struct Lot<'a> {
    slot: u32,
    agent: &'a Agent,
    rest: Resources,
    /// Nothing in it is reserved, revocable or shared: everybody is offered the same.
    plain: bool,
    /// It is worth an offer.
    enough: bool,
    /// A quota held something back.
    held: Cell<bool>,
    filters: OfAgent<'a>,
}

impl Pass<'_> {
    /// Only roles below their guarantees are asked from now on.
    fn ask_those_due(&mut self) {
        self.due_only = true;
        if let Some(ledger) = self.ledger.as_ref().filter(|ledger| ledger.is_any_due()) {
            self.tree.ask(|role| ledger.is_due(role));
        }
    }

    fn ask_everybody(&mut self) {
        self.due_only = false;
        self.any_spent = false;
        self.tree.ask_all();
    }

    /// A role that has its quota is never asked again: otherwise every agent would cost a look at all such roles.
    fn ask_no_more(&mut self, top: &str) {
        if self.tree.ask_no_more(top) {
            self.any_spent = true;
        }
    }

    fn share_out_all(&mut self, agents: impl Iterator<Item = u32>) {
        for agent in agents {
            if self.due_only && !self.ledger.as_ref().is_some_and(Ledger::is_any_due) {
                return;
            }
            self.share_out(agent);
        }
    }

    fn share_out(&mut self, slot: u32) {
        let Some(Some(agent)) = self.allocator.agents.get(slot as usize) else {
            return;
        };
        let free = self.free_now(slot, agent);
        if !agent.ready || free.is_empty() {
            return;
        }
        let mut lot = Lot {
            slot,
            agent,
            plain: free.iter().all(Resource::is_plain),
            enough: self.allocator.is_enough(&free),
            rest: free.into_owned(),
            held: Cell::new(false),
            filters: self.filters.on(slot, self.now),
        };
        while let Some((leaf, grant)) = self.pick(&lot) {
            let measure = self.allocator.kinds.measure(&grant.resources);
            self.charge(&grant.role, &measure);
            self.last = Some((leaf, measure));
            lot.take(self.allocator, &grant.resources);
            self.done.grants.push(grant);
        }
        if self.due_only {
            self.left.insert(slot, lot.rest);
        } else if (lot.held.get() || self.any_spent) && !lot.rest.is_empty() {
            self.done.held.push(slot);
        }
    }

    /// A role gets something: one that was only asked for being due may not be any more.
    fn charge(&mut self, role: &Role, measure: &Measure) {
        let Some(ledger) = &mut self.ledger else { return };
        ledger.charge(role, &measure.counted, 1);
        if self.due_only && !ledger.is_due(role) {
            self.ask_no_more(role.top());
        }
    }

    /// What is free of an agent after the grants of a first round.
    fn free_now<'b>(&self, slot: u32, agent: &'b Agent) -> Cow<'b, Resources> {
        let left = self.left.get(&slot).cloned();
        left.map_or(Cow::Borrowed(&agent.free), Cow::Owned)
    }

    fn play_last(&mut self) {
        if let Some((leaf, measure)) = self.last.take() {
            self.tree.charge(leaf, &measure, 1, 1);
        }
    }

    /// Who gets something of what is left of an agent.
    fn pick(&mut self, lot: &Lot<'_>) -> Option<(u32, Grant)> {
        let picked = self.pick_next(lot);
        for role in self.spent.take() {
            self.ask_no_more(role.top());
        }
        picked
    }

    fn pick_next(&mut self, lot: &Lot<'_>) -> Option<(u32, Grant)> {
        let enough = lot.enough || self.allocator.own_minimums > 0;
        if lot.rest.is_empty() || lot.plain && !enough {
            return None;
        }
        self.play_last();
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
        if lot.plain || self.due_only {
            return tree.first_asked(&mut take);
        }
        // Once only reserved resources are left, only those for whom they are reserved need be asked.
        let reserved: BTreeSet<&Role> = lot.rest.iter().filter_map(|r| r.reserved_role()).collect();
        let for_all =
            reserved.is_empty() || self.allocator.own_minimums > 0 || self.allocator.is_enough(&lot.rest.unreserved());
        match (for_all, reserved.len()) {
            (true, 0) if !enough => None,
            (false, 1) => tree.first_in(reserved.first()?, &mut take),
            _ => tree.first(&mut take),
        }
    }

    /// What a framework would be offered, unless it would not want it.
    fn offer(&self, lot: &Lot<'_>, framework: u32, role: &Role) -> Option<Resources> {
        if self.due_only && !self.ledger.as_ref()?.is_due(role) {
            return None;
        }
        let known = self.allocator.frameworks.get(framework as usize)?.as_ref()?;
        if !self.allocator.may_hear(known, role, lot.agent) {
            return None;
        }
        let (offered, refused) = if lot.plain {
            let refused = lot.filters.refuse_same(framework, role, &lot.rest);
            (Cow::Borrowed(&lot.rest), refused)
        } else {
            let understood = |r: &Resource| r.is_allocatable_to(role) && known.abilities.understand(r);
            let offered = lot.rest.filter(understood);
            let refused = lot.filters.refuse(framework, role, &offered);
            (Cow::Owned(offered), refused)
        };
        let enough = |offered: &Resources| match known.minimums.get(role) {
            Some(own) => is_enough(own, offered),
            None if std::ptr::eq(offered, &lot.rest) => lot.enough,
            None => self.allocator.is_enough(offered),
        };
        if refused || !enough(&offered) {
            return None;
        }
        let cut = self.ledger.as_ref().and_then(|ledger| ledger.cut(role, &offered));
        let Some(cut) = cut else {
            return Some(offered.into_owned());
        };
        lot.held.set(true);
        self.notice_spent(role);
        (enough(&cut) && !lot.filters.refuse(framework, role, &cut)).then_some(cut)
    }

    fn notice_spent(&self, role: &Role) {
        let minimums = &self.allocator.minimums;
        let spent = self
            .ledger
            .as_ref()
            .is_some_and(|ledger| ledger.is_spent(role, minimums));
        if spent && self.allocator.own_minimums == 0 {
            self.spent.borrow_mut().push(role.clone());
        }
    }
}

impl Lot<'_> {
    fn take(&mut self, allocator: &Allocator, granted: &Resources) {
        if self.rest == *granted {
            self.rest = Resources::new();
            return;
        }
        self.rest -= granted;
        self.enough = allocator.is_enough(&self.rest);
        self.filters.forget();
    }
}
