use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base_ids::{AgentId, FrameworkId, OfferId, TaskId};
use model_cluster::{Capability, Reason, Source, TaskState, TaskStatus};
use model_resources::{Resources, Role};

use super::{
    Cx, Decided,
    decline_offers::{distinct_numbers, filtered},
    dropped, validate,
};
use crate::{Drop, Event, Framework, Launch, Master, Offer};

impl Master {
    pub(super) fn accept_offers(
        &self,
        cx: &Cx<'_>,
        framework_id: &FrameworkId,
        offer_ids: &[OfferId],
        launches: Vec<Launch>,
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
        match usable(&found) {
            Err(why) => events.extend(
                launches
                    .into_iter()
                    .map(|launch| invalid_offers(cx, framework, launch, why)),
            ),
            Ok(lot) => {
                let left = self.launch_on(cx, slot, framework, &lot, launches, &mut events);
                events.extend(filtered(cx, lot.first, left, refuse));
            }
        }
        Ok(events)
    }

    /// Launches what is valid on some offers; returns what is left of them.
    fn launch_on(
        &self,
        cx: &Cx<'_>,
        slot: u32,
        framework: &Framework,
        lot: &Lot<'_>,
        launches: Vec<Launch>,
        events: &mut Vec<Event>,
    ) -> Resources {
        let mut left = lot.resources.clone();
        let mut taken = BTreeSet::new();
        for mut launch in launches {
            let task_id = &launch.task.task_id;
            let known = taken.contains(task_id) || self.task_slots.contains_key(&(slot, task_id.clone()));
            let full = self.hard.tasks.len() + taken.len() >= cx.config.max_tasks;
            let flaw = if known {
                Some(format!("Task has the id '{task_id}' of another task"))
            } else if full {
                Some(format!("The cluster is at its limit of {} tasks", cx.config.max_tasks))
            } else {
                flaw_of(&mut launch, lot, &left)
            };
            if let Some(why) = flaw {
                events.push(refused(
                    cx,
                    framework,
                    launch,
                    TaskState::Error,
                    Reason::TaskInvalid,
                    why,
                ));
                continue;
            }
            left -= &launch.task.resources;
            taken.insert(launch.task.task_id.clone());
            events.push(launched(
                cx,
                &framework.framework_id,
                &lot.first.agent_id,
                &lot.first.role,
                launch,
            ));
        }
        left
    }
}

/// Offers that are used together.
struct Lot<'a> {
    first: &'a Offer,
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
    let resources = offers.iter().map(|offer| offer.resources.clone()).sum();
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
