use std::collections::{BTreeMap, BTreeSet};

use core_allocator::{Allocator, counted};
use model_cluster::Quota;
use model_resources::{Name, Quantities, Resources, Role, Scalar};

use super::{Decided, dropped};
use crate::{Drop, Event, Master, Offer, Reject};

/// The most of memory or disk that a quota may name: 1 EiB in MiB.
const MOST_MIB: i64 = 1 << 40;
/// The most of anything else.
const MOST: i64 = 1_000_000_000_000;

impl Master {
    /// `UPDATE_QUOTA`: all of it or nothing (Mesos' `QuotaHandler::update`).
    pub(super) fn update_quota(&self, index: &Allocator, quotas: Vec<(Role, Quota)>, force: bool) -> Decided {
        for (role, quota) in &quotas {
            check_nested(role)?;
            check_quota(role, quota)?;
            if !force {
                self.check_consumption(index, role, quota)?;
            }
        }
        let after = self.quotas_after(&quotas);
        if !force {
            self.check_capacity(&after)?;
        }
        let mut rescind = Rescind::new(self);
        for (role, quota) in &quotas {
            let consumed = index.consumption(role);
            rescind.down_to_limits(role, quota, &consumed);
            rescind.up_to_guarantees(role, quota, &consumed);
        }
        Ok(rescind.events(Event::QuotaUpdated { quotas }))
    }

    /// `SET_QUOTA` and `POST /quota` (Mesos' `QuotaHandler::set`).
    pub(super) fn set_quota(&self, role: Role, guarantee: Quantities, force: bool) -> Decided {
        check_nested(&role)?;
        if guarantee.is_empty() {
            return Err(Reject::InvalidQuota("QuotaInfo with empty 'guarantee'".into()));
        }
        if self.hard.quotas.contains_key(&role) {
            return Err(Reject::InvalidQuota(format!(
                "Cannot set quota for role '{role}' which already has quota"
            )));
        }
        let quota = Quota::of_guarantee(guarantee);
        check_quota(&role, &quota)?;
        let quotas = vec![(role.clone(), quota.clone())];
        if !force {
            self.check_capacity(&self.quotas_after(&quotas))?;
        }
        let mut rescind = Rescind::new(self);
        rescind.whole_agents(&role, &quota.guarantees);
        Ok(rescind.events(Event::QuotaUpdated { quotas }))
    }

    /// `REMOVE_QUOTA` and `DELETE /quota/<role>`.
    pub(super) fn remove_quota(&self, role: Role) -> Decided {
        if !self.hard.quotas.contains_key(&role) {
            return Err(Reject::InvalidQuota(format!("Role '{role}' has no quota set")));
        }
        let quotas = vec![(role, Quota::default())];
        Ok(vec![Event::QuotaUpdated { quotas }])
    }

    /// What is on offer is not consumed yet.
    fn check_consumption(&self, index: &Allocator, role: &Role, quota: &Quota) -> Result<(), Reject> {
        let offers = self.soft.offers.values().filter(|offer| role.covers(&offer.role));
        let consumed = offers.fold(index.consumption(role), |sum, offer| &sum - &counted(&offer.resources));
        match quota.exceeded(&consumed) {
            None => Ok(()),
            Some((name, amount, limit)) => Err(Reject::InvalidQuota(format!(
                "Invalid QuotaConfig: Role '{role}' is already consuming '{consumed}'; {name}:{amount} is more than the \
                 requested limit of {limit} (use 'force' flag to bypass this check)"
            ))),
        }
    }

    /// Agents that are only disconnected count too, as they tend to come back.
    fn check_capacity(&self, quotas: &BTreeMap<Role, Quota>) -> Result<(), Reject> {
        let agents = self
            .hard
            .agents
            .iter()
            .filter(|(_, agent)| agent.unreachable_since.is_none());
        let capacity = agents.fold(Quantities::new(), |sum, (_, agent)| {
            &sum + &Quantities::of_scalars(&agent.total.non_revocable())
        });
        let guaranteed = quotas
            .values()
            .fold(Quantities::new(), |sum, quota| &sum + &quota.guarantees);
        if capacity.contains(&guaranteed) {
            return Ok(());
        }
        Err(Reject::QuotaOvercommitted { guaranteed, capacity })
    }

    fn quotas_after(&self, quotas: &[(Role, Quota)]) -> BTreeMap<Role, Quota> {
        let mut after = self.hard.quotas.as_ref().clone();
        after.extend(quotas.iter().cloned());
        after
    }
}

fn check_nested(role: &Role) -> Result<(), Reject> {
    match role.parent() {
        None => Ok(()),
        Some(_) => Err(Reject::InvalidQuota(format!(
            "Setting quota on nested role '{role}' is not supported yet"
        ))),
    }
}

fn check_quota(role: &Role, quota: &Quota) -> Result<(), Reject> {
    let amounts = quota
        .guarantees
        .iter()
        .chain(quota.limits.iter().map(|(name, limit)| (name, *limit)));
    for (name, amount) in amounts {
        let most = if matches!(name, Name::Mem | Name::Disk) {
            MOST_MIB
        } else {
            MOST
        };
        if amount < Scalar::ZERO || amount.millis() / 1000 > most {
            return Err(Reject::InvalidQuota(format!(
                "Invalid QuotaConfig: {name}:{amount} of role '{role}' is not between 0 and {most}"
            )));
        }
    }
    match quota.exceeded(&quota.guarantees) {
        None => Ok(()),
        Some((name, amount, limit)) => Err(Reject::InvalidQuota(format!(
            "Invalid QuotaConfig: the guarantee {name}:{amount} of role '{role}' is not contained within the limit {limit}"
        ))),
    }
}

/// Which offers a quota takes back, so that it holds soon; nobody is told twice.
struct Rescind<'a> {
    master: &'a Master,
    numbers: BTreeSet<u64>,
}

impl<'a> Rescind<'a> {
    fn new(master: &'a Master) -> Self {
        Self {
            master,
            numbers: BTreeSet::new(),
        }
    }

    /// The role's own offers, until it is within its limits.
    fn down_to_limits(&mut self, role: &Role, quota: &Quota, consumed: &Quantities) {
        let mut left = consumed.clone();
        for offer in self.offers().filter(|offer| role.covers(&offer.role)) {
            if quota.exceeded(&left).is_none() {
                return;
            }
            left = &left - &counted(&offer.resources);
            self.numbers.insert(offer.number);
        }
    }

    /// Others' offers, until there is enough for the role's guarantees.
    fn up_to_guarantees(&mut self, role: &Role, quota: &Quota, consumed: &Quantities) {
        let mut have = consumed.clone();
        for offer in self.offers().filter(|offer| !role.covers(&offer.role)) {
            if have.contains(&quota.guarantees) {
                return;
            }
            have = &have + &counted(&offer.resources);
            self.numbers.insert(offer.number);
        }
    }

    /// Everything on offer of agents, until that is enough and there is one for each of the role's frameworks.
    fn whole_agents(&mut self, role: &Role, guarantee: &Quantities) {
        let sessions = self.master.soft.sessions.keys();
        let frameworks = sessions.filter_map(|slot| self.master.hard.frameworks.get(*slot));
        let wanted = frameworks
            .filter(|framework| framework.spec.roles.contains(role))
            .count();
        let (mut rescinded, mut visited) = (Resources::new(), 0);
        for (slot, _) in self.master.hard.agents.iter() {
            if visited >= wanted && Quantities::of_scalars(&rescinded).contains(guarantee) {
                return;
            }
            let offers = self.master.soft.offers_of_agent(slot);
            visited += usize::from(!offers.is_empty());
            for offer in offers {
                rescinded += &offer.resources;
                self.numbers.insert(offer.number);
            }
        }
    }

    fn offers(&self) -> impl Iterator<Item = &'a Offer> + use<'a> {
        self.master.soft.offers.values().map(AsRef::as_ref)
    }

    fn events(self, first: Event) -> Vec<Event> {
        let offers = self
            .numbers
            .iter()
            .filter_map(|number| self.master.soft.offers.get(number));
        let gone = offers.map(|offer| dropped(offer, Drop::Rescinded));
        std::iter::once(first).chain(gone).collect()
    }
}
