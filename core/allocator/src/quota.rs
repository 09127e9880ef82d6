//! Quota: what of the pool a role may have, and what is kept for it (`src/master/allocator/mesos/hierarchical.cpp`).
//!
//! A role's consumption is what is allocated to it and all below it, and what is reserved for them, used or not. Beyond
//! Mesos, where a limit binds only the frameworks of the role itself, it binds those of its sub-roles too.

use std::{borrow::Borrow, collections::BTreeMap};

use model_cluster::Quota;
use model_resources::{Name, Quantities, Resources, Role, Scalar, Value};

use crate::{
    Allocator,
    amounts::{Amounts, Kinds, is_counted},
};

/// The quotas of all roles, and what is reserved for whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quotas {
    bounds: BTreeMap<Top, Bounds>,
    /// By the top role: reserved scalars of all agents.
    reserved: BTreeMap<Top, Amounts>,
}

/// The first component of a role: quota is set on whole trees of roles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Top(String);

impl Borrow<str> for Top {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A quota by positions of the allocator's kinds.
#[derive(Clone, Debug)]
struct Bounds {
    guarantee: Amounts,
    limits: Vec<Option<i64>>,
}

impl Quotas {
    pub(crate) fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// An agent with such resources came, or went for a `sign` of -1.
    pub(crate) fn grow(&mut self, kinds: &mut Kinds, total: &Resources, sign: i64) {
        if total.iter().all(|r| !r.is_reserved()) {
            return;
        }
        kinds.learn(total);
        for resource in total.iter().filter(|r| !r.is_revocable()) {
            if let Some(role) = resource.reserved_role() {
                let one = kinds.sum(&Resources::from(resource.clone()), |_| true);
                self.reserved
                    .entry(Top(role.top().to_owned()))
                    .or_default()
                    .add(&one, sign);
            }
        }
    }
}

impl Allocator {
    /// A role's quota from now on; the default takes it away.
    pub fn set_quota(&mut self, role: &Role, quota: &Quota) {
        let top = Top(role.top().to_owned());
        if quota.is_default() {
            self.quotas.bounds.remove(&top);
            return;
        }
        let guarantee = self.kinds.amounts(quota.guarantees.iter());
        let mut limits = Vec::new();
        for (name, limit) in &quota.limits {
            // Learns the name even for a limit of nothing.
            drop(self.kinds.amounts([(name, Scalar::ZERO)].into_iter()));
            let at = self.kinds.position(name).unwrap_or_default();
            if limits.len() <= at {
                limits.resize(at + 1, None);
            }
            limits[at] = Some(limit.millis());
        }
        self.quotas.bounds.insert(top, Bounds { guarantee, limits });
    }

    /// What counts towards a role's quota: allocated, on offer, or reserved.
    pub fn consumption(&self, role: &Role) -> Quantities {
        self.kinds.named(&self.consumed(role.top()))
    }

    fn consumed(&self, top: &str) -> Amounts {
        let mut consumed = self.tree.counted(top).cloned().unwrap_or_default();
        if let Some(reserved) = self.quotas.reserved.get(top) {
            consumed.add(reserved, 1);
        }
        consumed
    }
}

/// The scalars that count towards a quota.
pub fn counted(resources: &Resources) -> Quantities {
    Quantities::of_scalars(&resources.filter(is_counted))
}

/// The quotas while grants are played.
pub(crate) struct Ledger<'a> {
    allocator: &'a Allocator,
    consumed: BTreeMap<&'a str, Amounts>,
    /// What is still to be kept for roles below their guarantees.
    required: Amounts,
    /// What is free of all agents.
    open: Amounts,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(allocator: &'a Allocator) -> Self {
        let mut ledger = Self {
            allocator,
            consumed: BTreeMap::new(),
            required: Amounts::default(),
            open: allocator.tree.open(),
        };
        for (top, bounds) in &allocator.quotas.bounds {
            let consumed = allocator.consumed(&top.0);
            ledger.required.add(&bounds.guarantee.beyond(&consumed), 1);
            ledger.consumed.insert(&top.0, consumed);
        }
        ledger
    }

    /// Whether a role is below its guarantee.
    pub(crate) fn is_due(&self, role: &Role) -> bool {
        !self.due(role.top()).is_zero()
    }

    /// Whether any role is.
    pub(crate) fn is_any_due(&self) -> bool {
        !self.required.is_zero()
    }

    fn due(&self, top: &str) -> Amounts {
        match (self.allocator.quotas.bounds.get(top), self.consumed.get(top)) {
            (Some(bounds), Some(consumed)) => bounds.guarantee.beyond(consumed),
            _ => Amounts::default(),
        }
    }

    /// How much more of a kind a role may get now; `None` for any amount.
    ///
    /// What it is due it gets whatever the others are due; the rest must leave what they are, and must not be above its
    /// limit.
    fn room(&self, top: &str, at: usize) -> Option<i64> {
        let bounds = self.allocator.quotas.bounds.get(top);
        let consumed = self.consumed.get(top).map_or(0, |consumed| consumed.at(at));
        let limit = bounds
            .and_then(|b| b.limits.get(at).copied().flatten())
            .map(|limit| (limit - consumed).max(0));
        let due = bounds.map_or(0, |b| (b.guarantee.at(at) - consumed).max(0));
        let kept = self.required.at(at);
        let surplus = (kept > 0).then(|| due + (self.open.at(at) - kept).max(0));
        match (limit, surplus) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Whether a role may not get as much as any of these minimums. That stays so while grants are played: its own room and
    /// what is kept for nobody only shrink.
    pub(crate) fn is_spent(&self, role: &Role, minimums: &[Quantities]) -> bool {
        let too_little = |(name, least): (&Name, Scalar)| {
            let room = self
                .allocator
                .kinds
                .position(name)
                .and_then(|at| self.room(role.top(), at));
            room.is_some_and(|room| room < least.millis())
        };
        !minimums.is_empty() && minimums.iter().all(|minimum| minimum.iter().any(too_little))
    }

    /// What a role may get of some resources; `None` if that is all of it. What cannot be divided is left out whole.
    pub(crate) fn cut(&self, role: &Role, offered: &Resources) -> Option<Resources> {
        let top = role.top();
        let mut rooms: BTreeMap<usize, i64> = BTreeMap::new();
        let mut cut = Resources::new();
        let mut whole = true;
        for resource in offered {
            let at = self.allocator.kinds.position(&resource.name);
            let (Some(at), Value::Scalar(amount), true) = (at, &resource.value, is_counted(resource)) else {
                cut += resource.clone();
                continue;
            };
            let Some(room) = rooms.get(&at).copied().or_else(|| self.room(top, at)) else {
                cut += resource.clone();
                continue;
            };
            let mut part = resource.clone();
            let fits = part.shrink(Scalar::from_millis(room));
            whole &= fits && amount.millis() <= room;
            if fits {
                let taken = part.value.as_scalar().unwrap_or_default();
                rooms.insert(at, room - taken.millis());
                cut += part;
            } else {
                rooms.insert(at, room);
            }
        }
        (!whole).then_some(cut)
    }

    /// Why a role may not have all of some resources: the first name of which it may not.
    pub(crate) fn overdraft(&self, role: &Role, wanted: &Resources) -> Option<String> {
        let top = role.top();
        let wanted = counted(wanted);
        let over = wanted.iter().find_map(|(name, amount)| {
            let at = self.allocator.kinds.position(name)?;
            let room = self.room(top, at)?;
            (amount.millis() > room).then_some((name, at, room))
        });
        let (name, at, room) = over?;
        let room = Scalar::from_millis(room);
        let bounds = self.allocator.quotas.bounds.get(top);
        let limit = bounds.and_then(|b| b.limits.get(at).copied().flatten());
        let consumed = self.consumed.get(top).map_or(0, |consumed| consumed.at(at));
        Some(match limit {
            Some(limit) if limit - consumed <= room.millis() => {
                let limit = Scalar::from_millis(limit);
                format!("role '{top}' is limited to {limit} {name} by its quota, of which {room} is left")
            }
            _ => format!("only {room} {name} is not kept for the guarantees of other roles"),
        })
    }

    /// A role gets something, or gives it back for a `sign` of -1.
    pub(crate) fn charge(&mut self, role: &Role, counted: &Amounts, sign: i64) {
        let before = self.due(role.top());
        if let Some(consumed) = self.consumed.get_mut(role.top()) {
            consumed.add(counted, sign);
        }
        let after = self.due(role.top());
        self.required.add(&before, -1);
        self.required.add(&after, 1);
        self.open.add(counted, -sign);
    }
}
