use std::sync::Arc;

use base_ids::OperationId;
use model_cluster::{Capability, OperationState, OperationStatus};
use model_resources::{Operation, Resources};
use wire_link::Holdings;

use super::{Cx, accept_offers::Spending, convert_resources::holds_destroyed, dropped};
use crate::{Agent, Drop, Event, Framework, Master};

/// How many operations may wait for their ends or for acknowledgements, of all frameworks together.
const MAX_OPERATIONS: usize = 100_000;
/// How many bytes an agent's reservations and volumes may take in the journal: each change of them is a fact with all.
const MAX_HOLDINGS_BYTES: usize = 256 << 10;

impl Spending<'_> {
    /// Applies an operation to what is left of the offers, and to its agent.
    pub(super) fn convert(&mut self, cx: &Cx<'_>, operation_id: Option<OperationId>, mut operation: Operation) {
        let done = self
            .check_operation(operation_id.as_ref(), &mut operation)
            .and_then(|()| self.apply_operation(cx.config.leadership, &operation));
        if let Err(why) = done {
            self.events.extend(refused(self.framework, operation_id, why));
            return;
        }
        if let Some(operation_id) = operation_id {
            self.ids.insert(operation_id.clone());
            self.events.push(Event::OperationAccepted {
                framework_id: self.framework.framework_id.clone(),
                agent_id: self.agent.agent_id.clone(),
                operation_id,
                operation: Arc::new(operation),
                version: self.holdings.version,
            });
        }
    }

    /// Whether the framework may do it at all. Takes the allocation off the operation's resources.
    fn check_operation(&self, id: Option<&OperationId>, operation: &mut Operation) -> Result<(), String> {
        if let Some(id) = id {
            let known = self.ids.contains(id) || self.master.operation_slots.contains_key(&(self.slot, id.clone()));
            if known {
                return Err(format!(
                    "Operation '{id}' has the id of another one, which is not acknowledged yet"
                ));
            }
            if self.master.hard.operations.len() + self.ids.len() >= MAX_OPERATIONS {
                return Err(format!("The cluster is at its limit of {MAX_OPERATIONS} operations"));
            }
        }
        check_roles(operation, &self.lot.first.role)?;
        unallocate(operation);
        check_capabilities(operation, self.framework)?;
        match flaw_of(operation, &self.holdings.resources, &self.used) {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    fn apply_operation(&mut self, leadership: u64, operation: &Operation) -> Result<(), String> {
        let left = self.left.apply(operation).map_err(|error| error.to_string())?;
        let total = self.total.apply(operation).map_err(|error| error.to_string())?;
        self.holdings = next_holdings(leadership, &self.holdings, &total)?;
        (self.left, self.total) = (left, total);
        let others = self.master.soft.offers_of_agent(self.agent_slot).iter();
        let others = others.filter(|offer| !self.numbers.contains(&offer.number) && holds_destroyed(offer, operation));
        self.events.extend(others.map(|offer| dropped(offer, Drop::Rescinded)));
        self.events.push(Event::HoldingsChanged {
            agent_id: self.agent.agent_id.clone(),
            holdings: self.holdings.clone(),
        });
        Ok(())
    }
}

impl Master {
    /// An agent's holdings, without what it has said to have wiped.
    pub(super) fn unconfirmed(&self, slot: u32, agent: &Agent) -> Holdings {
        let held = self.soft.links.get(&slot).and_then(|link| link.held);
        agent.holdings.clone().confirmed(held.unwrap_or(0))
    }
}

/// An agent's holdings with a new total, unless they are too many.
pub(super) fn next_holdings(leadership: u64, holdings: &Holdings, total: &Resources) -> Result<Holdings, String> {
    let next = holdings.next(leadership, total.checkpointed());
    let size = |holdings| minicbor::to_vec(holdings).map_or(usize::MAX, |bytes| bytes.len());
    let bytes = size(&next);
    // What frees something is never refused.
    if bytes > MAX_HOLDINGS_BYTES && bytes > size(holdings) {
        return Err(format!(
            "The agent's reservations and volumes would take {bytes} bytes, more than {MAX_HOLDINGS_BYTES}"
        ));
    }
    Ok(next)
}

/// What a framework hears of an operation that is not done; nothing without an id, as in Mesos.
pub(super) fn refused(framework: &Framework, operation_id: Option<OperationId>, why: String) -> Option<Event> {
    Some(Event::OperationTold {
        framework_id: framework.framework_id.clone(),
        status: Arc::new(OperationStatus::new(operation_id?, OperationState::Error).because(why)),
    })
}

/// What is wrong with an operation on an agent with these holdings and uses (Mesos' `validation::operation`); whether
/// its resources are there is not asked here.
pub(super) fn flaw_of(operation: &Operation, holdings: &Resources, used: &Resources) -> Option<String> {
    if let Err(error) = operation.validate() {
        return Some(format!("Invalid resources: {error}"));
    }
    let Operation::Destroy { volumes } = operation else {
        return None;
    };
    if let Some(volume) = volumes.iter().find(|volume| !holdings.contains_resource(volume)) {
        return Some(format!("Persistent volumes not found: '{volume}'"));
    }
    let in_use = volumes.iter().find(|volume| used.contains_resource(volume));
    in_use.map(|volume| format!("Persistent volumes in use: '{volume}'"))
}

/// All that an operation names.
pub(super) fn resources_of(operation: &Operation) -> Resources {
    match operation {
        Operation::Reserve { source, resources } => source + resources,
        Operation::Unreserve { resources } => resources.clone(),
        Operation::Create { volumes } | Operation::Destroy { volumes } => volumes.clone(),
        Operation::GrowVolume { volume, addition } => [volume.clone(), addition.clone()].into_iter().collect(),
        Operation::ShrinkVolume { volume, .. } => volume.clone().into(),
    }
}

fn check_roles(operation: &Operation, role: &model_resources::Role) -> Result<(), String> {
    let all = resources_of(operation);
    if let Some(other) = all
        .iter()
        .filter_map(|r| r.allocation_role.as_ref())
        .find(|r| *r != role)
    {
        return Err(format!(
            "Operation uses resources allocated to role '{other}' while role '{role}' is offered"
        ));
    }
    let Operation::Reserve { resources, .. } = operation else {
        return Ok(());
    };
    match resources
        .iter()
        .find(|r| r.reserved_role().is_some_and(|reserved| reserved != role))
    {
        Some(foreign) => Err(format!(
            "A reserve operation was attempted for '{foreign}', but the resource was allocated to role '{role}'"
        )),
        None => Ok(()),
    }
}

fn check_capabilities(operation: &Operation, framework: &Framework) -> Result<(), String> {
    let Operation::Create { volumes } = operation else {
        return Ok(());
    };
    match volumes.iter().find(|volume| volume.is_shared()) {
        Some(volume) if !framework.spec.can(Capability::SharedResources) => Err(format!(
            "Create volume operation for '{volume}' has been attempted by framework '{}' with no SHARED_RESOURCES \
             capability",
            framework.framework_id
        )),
        _ => Ok(()),
    }
}

fn unallocate(operation: &mut Operation) {
    let bare = |resources: &mut Resources| *resources = std::mem::take(resources).unallocated();
    match operation {
        Operation::Reserve { source, resources } => {
            bare(source);
            bare(resources);
        }
        Operation::Unreserve { resources } => bare(resources),
        Operation::Create { volumes } | Operation::Destroy { volumes } => bare(volumes),
        Operation::GrowVolume { volume, addition } => {
            volume.allocation_role = None;
            addition.allocation_role = None;
        }
        Operation::ShrinkVolume { volume, .. } => volume.allocation_role = None,
    }
}
