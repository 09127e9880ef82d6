use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base_ids::{AgentId, FrameworkId, OfferId, OperationId, TaskId};
use model_cluster::{Capability, ExecutorSpec, Reason, Source, TaskSpec, TaskState, TaskStatus};
use model_resources::{Resources, Role};
use wire_link::Holdings;

use super::{
    Cx, Decided, convert_offered,
    decline_offers::{distinct_numbers, filtered},
    dropped, validate,
};
use crate::{Agent, Drop, Event, ExecutorEvent, Framework, Launch, Master, Offer, OfferOperation};

impl Master {
    pub(super) fn accept_offers(
        &self,
        cx: &Cx<'_>,
        framework_id: &FrameworkId,
        offer_ids: &[OfferId],
        operations: Vec<OfferOperation>,
        refuse: Option<Duration>,
    ) -> Decided {
        let (slot, framework) = self.find_framework(framework_id)?;
        let found: Vec<_> = distinct_numbers(offer_ids)
            .into_iter()
            .map(|number| number.and_then(|number| self.offer_of(slot, number)))
            .collect();
        let mut events: Vec<Event> = found
            .iter()
            .flatten()
            .map(|offer| dropped(offer, Drop::Accepted))
            .collect();
        let lot = match usable(&found) {
            Ok(lot) => lot,
            Err(why) => {
                events.extend(
                    operations
                        .into_iter()
                        .filter_map(|operation| unusable(cx, framework, operation, why)),
                );
                return Ok(events);
            }
        };
        let (agent_slot, agent) = self.find_agent(&lot.first.agent_id)?;
        let mut spending = Spending {
            master: self,
            slot,
            framework,
            agent_slot,
            agent,
            numbers: found.iter().flatten().map(|offer| offer.number).collect(),
            left: lot.resources.clone(),
            total: agent.total.clone(),
            used: agent.used.clone(),
            holdings: self.unconfirmed(agent_slot, agent),
            taken: BTreeSet::new(),
            ids: BTreeSet::new(),
            lot,
            events,
        };
        let mut group = Vec::new();
        for operation in operations {
            if group != operation.group() {
                spending.settle_group(cx, &group);
                group = operation.group().to_vec();
            }
            match operation {
                OfferOperation::Launch(launch) => spending.launch(cx, launch),
                OfferOperation::Convert {
                    operation_id,
                    operation,
                } => spending.convert(cx, operation_id, operation),
                OfferOperation::Invalid { operation_id, why } => {
                    spending
                        .events
                        .extend(convert_offered::refused(framework, operation_id, why));
                }
            }
        }
        spending.settle_group(cx, &group);
        let Spending {
            lot, left, mut events, ..
        } = spending;
        events.extend(filtered(cx, lot.first, left, refuse));
        Ok(events)
    }
}

/// Offers while their operations are looked at one by one.
pub(super) struct Spending<'a> {
    pub(super) master: &'a Master,
    pub(super) slot: u32,
    pub(super) framework: &'a Framework,
    pub(super) agent_slot: u32,
    pub(super) agent: &'a Agent,
    pub(super) lot: Lot<'a>,
    /// The numbers of the offers.
    pub(super) numbers: BTreeSet<u64>,
    /// What is left of the offers.
    pub(super) left: Resources,
    /// What the agent has, what its tasks use and what it holds, after the operations so far.
    pub(super) total: Resources,
    pub(super) used: Resources,
    pub(super) holdings: Holdings,
    /// The tasks launched so far.
    taken: BTreeSet<TaskId>,
    /// The operations with an id so far.
    pub(super) ids: BTreeSet<OperationId>,
    pub(super) events: Vec<Event>,
}

impl Spending<'_> {
    /// Launches a task if it is valid. A shared volume stays for the next one.
    fn launch(&mut self, cx: &Cx<'_>, mut launch: Launch) {
        let task_id = &launch.task.task_id;
        let known = self.taken.contains(task_id) || self.master.slot_of_task(self.slot, task_id).is_some();
        let full = self.master.hard.tasks.len() + self.taken.len() >= cx.config.max_tasks;
        let flaw = if known {
            Some(format!("Task has the id '{task_id}' of another task"))
        } else if full {
            Some(format!("The cluster is at its limit of {} tasks", cx.config.max_tasks))
        } else {
            flaw_of(&mut launch, &self.lot, &self.left)
        };
        let executor = match flaw {
            Some(why) => Err(why),
            None => self.executor_for(&launch.task),
        };
        let executor = match executor {
            Ok(executor) => executor,
            Err(why) => {
                let reason = invalid(&launch.task);
                let event = refused(cx, self.framework, launch, TaskState::Error, reason, why);
                return self.events.push(event);
            }
        };
        let (agent_id, role) = (&self.lot.first.agent_id, &self.lot.first.role);
        if let Some(executor) = executor {
            self.left.withdraw(&executor.resources);
            self.used += &executor.resources;
            self.events.push(Event::Executor(ExecutorEvent::Launched {
                framework_id: self.framework.framework_id.clone(),
                agent_id: agent_id.clone(),
                role: role.clone(),
                executor,
            }));
        }
        self.left.withdraw(&launch.task.resources);
        self.used += &launch.task.resources;
        self.taken.insert(launch.task.task_id.clone());
        let event = launched(cx, &self.framework.framework_id, agent_id, role, launch);
        self.events.push(event);
    }

    /// The executor that a task brings, if it is new and fits beside the task.
    fn executor_for(&self, task: &TaskSpec) -> Result<Option<Arc<ExecutorSpec>>, String> {
        let (agent_id, role) = (&self.lot.first.agent_id, &self.lot.first.role);
        let framework_id = &self.framework.framework_id;
        let executor = self
            .master
            .join_executor(framework_id, agent_id, role, task, &self.events)?;
        let mut left = self.left.clone();
        left.withdraw(&task.resources);
        match &executor {
            Some(new) if !left.contains(&new.resources) => Err(format!(
                "Executor needs {}, but {} is left",
                new.resources,
                amount(&left)
            )),
            _ => Ok(executor),
        }
    }
}

fn invalid(task: &TaskSpec) -> Reason {
    if task.group.is_empty() {
        Reason::TaskInvalid
    } else {
        Reason::TaskGroupInvalid
    }
}

/// Offers that are used together.
pub(super) struct Lot<'a> {
    pub(super) first: &'a Offer,
    resources: Resources,
}

/// Offers of one agent and one role, all of which stand.
fn usable<'a>(found: &[Option<&'a Arc<Offer>>]) -> Result<Lot<'a>, &'static str> {
    let offers: Vec<&Offer> = found
        .iter()
        .map(|offer| offer.map(AsRef::as_ref))
        .collect::<Option<_>>()
        .ok_or("an offer is no longer valid")?;
    let first = *offers.first().ok_or("no offer is named")?;
    if offers.iter().any(|offer| offer.agent_id != first.agent_id) {
        return Err("the offers are of different agents");
    }
    if offers.iter().any(|offer| offer.role != first.role) {
        return Err("the offers are for different roles");
    }
    let resources: Resources = offers.iter().map(|offer| offer.resources.clone()).sum();
    let resources = resources.shared_once();
    Ok(Lot { first, resources })
}

/// What is wrong with a launch on an offer. Takes the allocation off the task's resources, once it is found right.
fn flaw_of(launch: &mut Launch, lot: &Lot<'_>, left: &Resources) -> Option<String> {
    let (agent_id, role) = (&lot.first.agent_id, &lot.first.role);
    if launch.agent_id != *agent_id {
        return Some(format!(
            "Task uses agent {} while agent {agent_id} is offered",
            launch.agent_id
        ));
    }
    let other = launch
        .task
        .resources
        .iter()
        .filter_map(|r| r.allocation_role.as_ref())
        .find(|r| *r != role);
    if let Some(other) = other {
        return Some(format!(
            "Task uses resources allocated to role '{other}' while role '{role}' is offered"
        ));
    }
    launch.task.resources = std::mem::take(&mut launch.task.resources).unallocated();
    let flaw = validate::flaw_of(&launch.task);
    let needs = &launch.task.resources;
    flaw.or_else(|| (!left.contains(needs)).then(|| format!("Task needs {needs}, but {} is left", amount(left))))
}

/// Resources for a person.
fn amount(resources: &Resources) -> String {
    if resources.is_empty() {
        "nothing".into()
    } else {
        resources.to_string()
    }
}

/// The launch of a task that is in order.
pub(super) fn launched(
    cx: &Cx<'_>,
    framework_id: &FrameworkId,
    agent_id: &AgentId,
    role: &Role,
    launch: Launch,
) -> Event {
    Event::TaskLaunched {
        framework_id: framework_id.clone(),
        agent_id: agent_id.clone(),
        role: role.clone(),
        task: Arc::new(launch.task),
        epoch: cx.config.epoch,
    }
}

/// What a framework hears of an operation on offers that do not stand.
fn unusable(cx: &Cx<'_>, framework: &Framework, operation: OfferOperation, why: &str) -> Option<Event> {
    match operation {
        OfferOperation::Launch(launch) => Some(invalid_offers(cx, framework, launch, why)),
        OfferOperation::Convert { operation_id, .. } | OfferOperation::Invalid { operation_id, .. } => {
            let why = format!("Operation attempted with invalid offers: {why}");
            convert_offered::refused(framework, operation_id, why)
        }
    }
}

fn invalid_offers(cx: &Cx<'_>, framework: &Framework, launch: Launch, why: &str) -> Event {
    let aware = framework.spec.can(Capability::PartitionAware);
    let state = if aware { TaskState::Dropped } else { TaskState::Lost };
    let why = format!("Task launched with invalid offers: {why}");
    refused(cx, framework, launch, state, Reason::InvalidOffers, why)
}

fn refused(cx: &Cx<'_>, framework: &Framework, launch: Launch, state: TaskState, reason: Reason, why: String) -> Event {
    let task_id: TaskId = launch.task.task_id;
    Event::LaunchRefused {
        framework_id: framework.framework_id.clone(),
        agent_id: Some(launch.agent_id),
        status: Arc::new(TaskStatus::new(task_id, state, Source::Master, cx.now).because(reason, why)),
    }
}
