//! What a commit may take: the same quota and the same shares as offers.

use std::collections::BTreeMap;

use base_clock::Timestamp;
use model_resources::{Resources, Role};

use crate::{Allocator, Filters, amounts::Amounts, quota::Ledger};

/// Why a launch of a commit would be too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// A quota, in words.
    Quota(String),
    /// The role has its fair share and this one waits for its own.
    Share(Role),
}

/// A lease that a launch needs back.
#[derive(Clone, Copy, Debug)]
pub struct Lease<'a> {
    /// Whose it is.
    pub role: &'a Role,
    /// Of what.
    pub resources: &'a Resources,
    /// It is so young that its framework still thinks about it.
    pub young: bool,
}

/// The pool while the launches of one commit are admitted one by one.
pub struct Admission<'a> {
    allocator: &'a Allocator,
    ledger: Option<Ledger<'a>>,
    /// What the top roles have more or less than before, by this commit.
    changed: BTreeMap<String, Amounts>,
    /// What is everybody's share if all who want something get as much; asked for once.
    fair: Option<f64>,
}

impl Allocator {
    /// Begins a commit.
    pub fn admission(&self) -> Admission<'_> {
        Admission {
            allocator: self,
            ledger: (!self.quotas.is_empty()).then(|| Ledger::new(self)),
            changed: BTreeMap::new(),
            fair: None,
        }
    }
}

impl Admission<'_> {
    /// Lets a role have some resources of an agent, for which leases must be taken back.
    ///
    /// # Errors
    /// [`TooMuch`]; nothing has changed.
    pub fn admit(
        &mut self,
        now: Timestamp,
        filters: &Filters,
        agent: u32,
        (role, wanted): (&Role, &Resources),
        leases: &[Lease<'_>],
    ) -> Result<(), TooMuch> {
        for lease in leases {
            self.charge(lease.role, lease.resources, -1);
        }
        let refused = self.too_much(now, filters, agent, (role, wanted), leases);
        match refused {
            Some(why) => {
                for lease in leases {
                    self.charge(lease.role, lease.resources, 1);
                }
                Err(why)
            }
            None => {
                self.charge(role, wanted, 1);
                Ok(())
            }
        }
    }

    fn charge(&mut self, role: &Role, resources: &Resources, sign: i64) {
        let measure = self.allocator.kinds.measure(resources);
        if let Some(ledger) = &mut self.ledger {
            ledger.charge(role, &measure.counted, sign);
        }
        self.changed
            .entry(role.top().to_owned())
            .or_default()
            .add(&measure.all, sign);
    }

    fn too_much(
        &mut self,
        now: Timestamp,
        filters: &Filters,
        agent: u32,
        (role, wanted): (&Role, &Resources),
        leases: &[Lease<'_>],
    ) -> Option<TooMuch> {
        let overdraft = self.ledger.as_ref().and_then(|ledger| ledger.overdraft(role, wanted));
        if let Some(why) = overdraft {
            return Some(TooMuch::Quota(why));
        }
        if !self.allocator.tree.is_wanted_beside(role.top()) {
            return None;
        }
        let fair = *self
            .fair
            .get_or_insert_with(|| 1.0 / self.allocator.tree.weight_in_use(role.top()));
        let more = self.allocator.kinds.measure(wanted).all;
        if self.share(role.top(), Some(&more)) <= fair {
            return None;
        }
        let below = |other: &Role| other.top() != role.top() && self.share(other.top(), None) < fair;
        let leased = leases.iter().find(|lease| lease.young && below(lease.role));
        let waiting = leased.map(|lease| lease.role.clone()).or_else(|| {
            let mut ask = |_, framework: u32, other: &Role| {
                let takes = below(other) && self.takes(now, filters, agent, (framework, other), wanted);
                takes.then(|| other.clone())
            };
            leases.is_empty().then(|| self.allocator.tree.first(&mut ask)).flatten()
        });
        waiting.map(TooMuch::Share)
    }

    /// Whether a framework that wants something would take these resources.
    fn takes(
        &self,
        now: Timestamp,
        filters: &Filters,
        agent: u32,
        (framework, role): (u32, &Role),
        wanted: &Resources,
    ) -> bool {
        let (Some(Some(known)), Some(Some(of))) = (
            self.allocator.frameworks.get(framework as usize),
            self.allocator.agents.get(agent as usize),
        ) else {
            return false;
        };
        self.allocator.may_hear(known, role, of)
            && !filters.refuse(now, framework, agent, role, wanted)
            && self
                .ledger
                .as_ref()
                .is_none_or(|ledger| ledger.overdraft(role, wanted).is_none())
    }

    fn share(&self, top: &str, more: Option<&Amounts>) -> f64 {
        let mut changed = self.changed.get(top).cloned().unwrap_or_default();
        if let Some(more) = more {
            changed.add(more, 1);
        }
        self.allocator.tree.share_after(top, &changed)
    }
}
