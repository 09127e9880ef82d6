//! An agent while a plan is made: what is left of it.

use model_resources::{Name, Ranges, Resource, Resources, Value};

use crate::{Candidate, Demand, Reason};

/// Amounts in thousandths of their unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub cpus: i64,
    pub mem: i64,
    pub disk: i64,
    pub gpus: i64,
}

impl Amounts {
    pub fn of_demand(demand: &Demand) -> Self {
        Self {
            cpus: demand.cpus.millis(),
            mem: demand.mem.millis(),
            disk: demand.disk.millis(),
            gpus: demand.gpus.millis(),
        }
    }

    pub fn subtract(&mut self, need: &Self) {
        self.cpus -= need.cpus;
        self.mem -= need.mem;
        self.disk -= need.disk;
        self.gpus -= need.gpus;
    }

    fn add(&mut self, resource: &Resource) {
        let Value::Scalar(amount) = &resource.value else { return };
        let slot = match &resource.name {
            Name::Cpus => &mut self.cpus,
            Name::Mem => &mut self.mem,
            Name::Disk => &mut self.disk,
            Name::Gpus => &mut self.gpus,
            Name::Ports | Name::Other(_) => return,
        };
        *slot = slot.saturating_add(amount.millis());
    }
}

/// What an agent has for one demand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Share {
    pub amounts: Amounts,
    pub ports: Ranges,
    /// Whether there was anything for its roles at all.
    pub any: bool,
}

/// What is left of an agent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Why it takes no work; `None` if it does.
    pub closed: Option<Reason>,
    /// The unreserved part; the whole of a plain agent.
    pub open: Share,
    /// All that is left, for an agent that has more than plain amounts.
    pub rest: Option<Resources>,
}

impl Node {
    pub fn new(candidate: &Candidate) -> Self {
        let plain = candidate.free.iter().all(Resource::is_plain);
        Self {
            closed: candidate.refusal(),
            open: share(&candidate.free, |r| r.reserved_role().is_none()),
            rest: (!plain).then(|| candidate.free.clone()),
        }
    }

    /// All that an agent has, used or not.
    pub fn whole(candidate: &Candidate) -> Amounts {
        share(candidate.all(), |_| true).amounts
    }

    /// All that it has left, for whomever.
    pub fn all(&self) -> Amounts {
        self.rest
            .as_ref()
            .map_or(self.open.amounts, |rest| share(rest, |_| true).amounts)
    }

    /// What it has for a demand.
    pub fn share(&self, demand: &Demand) -> Share {
        match &self.rest {
            None if demand.accepts_unreserved() => self.open.clone(),
            None => Share::default(),
            Some(rest) => share(rest, |r| is_for(r, demand)),
        }
    }
}

/// Whether a demand may use a resource.
pub(crate) fn is_for(resource: &Resource, demand: &Demand) -> bool {
    if resource.is_reserved() {
        demand.accepts_reserved() && resource.is_allocatable_to(&demand.role)
    } else {
        demand.accepts_unreserved()
    }
}

/// Whether a resource is of the kind that an app simply uses up: no volume, no disk of its own, not to be taken back.
pub(crate) fn is_usable(resource: &Resource) -> bool {
    let detail = resource.detail();
    detail.disk.is_none() && !detail.revocable && detail.shared == 0 && detail.provider_id.is_none()
}

/// Adds up the usable resources that `keep` keeps.
pub(crate) fn share(resources: &Resources, keep: impl Fn(&Resource) -> bool) -> Share {
    let mut share = Share::default();
    for resource in resources.iter().filter(|r| is_usable(r) && keep(r)) {
        share.any = true;
        match &resource.value {
            Value::Ranges(ports) if resource.name == Name::Ports => share.ports += ports,
            _ => share.amounts.add(resource),
        }
    }
    share
}
