use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use core_allocator::{Admission, Allocator, Lease, TooMuch};
use model_resources::{Resources, Role};

use super::{Cx, Decided, accept_offers::launched, dropped, validate};
use crate::{Drop, Event, Framework, Launch, Master, Offer, Refusal};

impl Master {
    pub(super) fn commit_launches(
        &self,
        index: &Allocator,
        cx: &Cx<'_>,
        framework_id: &FrameworkId,
        launches: Vec<Launch>,
    ) -> Decided {
        let (slot, framework) = self.find_framework(framework_id)?;
        let mut commit = Commit {
            master: self,
            slot,
            framework,
            now: cx.now,
            lease_limit: cx.config.lease_limit,
            admission: index.admission(),
            limit: cx.config.max_tasks.saturating_sub(self.hard.tasks.len()),
            rooms: BTreeMap::new(),
            taken: BTreeMap::new(),
            over: framework
                .completed
                .iter()
                .map(|task| (&task.spec.task_id, &task.agent_id))
                .collect(),
        };
        let (mut events, mut accepted, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for launch in launches {
            let task_id = launch.task.task_id.clone();
            match commit.admit(launch, &mut events) {
                Ok((role, launch)) => {
                    let agent_id = launch.agent_id.clone();
                    events.push(launched(cx, framework_id, &agent_id, &role, launch));
                    accepted.push(task_id);
                }
                Err(refusal) => refused.push((task_id, refusal)),
            }
        }
        events.push(Event::CommitAnswered {
            framework_id: framework_id.clone(),
            accepted,
            refused,
        });
        Ok(events)
    }
}

/// A commit while its launches are looked at one by one: what fits must also be within quota, and while another role waits
/// for its share, within that of its own.
struct Commit<'a> {
    master: &'a Master,
    slot: u32,
    framework: &'a Framework,
    now: Timestamp,
    /// Younger offers count as the demand of those who have them.
    lease_limit: Duration,
    admission: Admission<'a>,
    /// How many more tasks there may be.
    limit: usize,
    /// What is left of the agents touched so far.
    rooms: BTreeMap<u32, Room<'a>>,
    /// The tasks accepted so far, and where.
    taken: BTreeMap<TaskId, AgentId>,
    /// The tasks that are over, as far as the history goes: a launch that comes late must not run one again.
    over: BTreeMap<&'a TaskId, &'a AgentId>,
}

/// What is left of an agent.
struct Room<'a> {
    /// Neither used nor on offer.
    free: Resources,
    /// Offers that may be rescinded; the latest are first to go.
    offers: Vec<&'a Arc<Offer>>,
}

impl<'a> Commit<'a> {
    fn admit(&mut self, mut launch: Launch, events: &mut Vec<Event>) -> Result<(Role, Launch), Refusal> {
        let role = self.role(&launch)?;
        self.check_new(&launch)?;
        launch.task.resources = launch.task.resources.unallocated();
        if let Some(why) = validate::flaw_of(&launch.task) {
            return Err(Refusal::Invalid { why });
        }
        if launch.task.executor.is_some() {
            let why = "a task with an executor is launched on an offer".to_owned();
            return Err(Refusal::Invalid { why });
        }
        if self.taken.len() >= self.limit {
            return Err(Refusal::Limit);
        }
        self.take(&role, &launch, events)?;
        self.taken.insert(launch.task.task_id.clone(), launch.agent_id.clone());
        Ok((role, launch))
    }

    fn take(&mut self, role: &Role, launch: &Launch, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (needs, limit, now) = (&launch.task.resources, self.lease_limit, self.now);
        let filters = &self.master.soft.filters;
        let (slot, room) = self.room(&launch.agent_id)?;
        let (free, rescinded) = room.fit(role, needs)?;
        let leases: Vec<Lease<'_>> = rescinded
            .iter()
            .map(|offer| Lease {
                role: &offer.role,
                resources: &offer.resources,
                young: now.since(offer.made) < limit,
            })
            .collect();
        let admitted = self.admission.admit(now, filters, slot, (role, needs), &leases);
        admitted.map_err(|why| match why {
            TooMuch::Quota(why) => Refusal::Quota { why },
            TooMuch::Share(waiting) => Refusal::Share { waiting },
        })?;
        let (_, room) = self.room(&launch.agent_id)?;
        room.offers
            .retain(|offer| !rescinded.iter().any(|gone| gone.number == offer.number));
        room.free = free;
        room.free.withdraw(needs);
        events.extend(rescinded.into_iter().map(|offer| dropped(offer, Drop::Rescinded)));
        Ok(())
    }

    fn role(&self, launch: &Launch) -> Result<Role, Refusal> {
        let roles = &self.framework.spec.roles;
        let role = launch.role.as_ref().or(roles.first());
        role.filter(|role| roles.contains(role)).cloned().ok_or(Refusal::Role)
    }

    fn check_new(&self, launch: &Launch) -> Result<(), Refusal> {
        let task_id = &launch.task.task_id;
        let known = self.master.slot_of_task(self.slot, task_id);
        let known = known.map(|slot| &self.master.hard.tasks[slot].agent_id);
        let known = known.or_else(|| self.taken.get(task_id));
        match known.or_else(|| self.over.get(task_id).copied()) {
            Some(agent_id) => Err(Refusal::Duplicate {
                agent_id: agent_id.clone(),
            }),
            None => Ok(()),
        }
    }

    fn room(&mut self, agent_id: &AgentId) -> Result<(u32, &mut Room<'a>), Refusal> {
        let master = self.master;
        let slot = *master.agent_slots.get(agent_id).ok_or(Refusal::AgentDown)?;
        if !master.is_agent_ready(slot) {
            return Err(Refusal::AgentDown);
        }
        let room = self.rooms.entry(slot).or_insert_with(|| Room {
            free: master.free_of(slot),
            offers: master.soft.offers_of_agent(slot).iter().collect(),
        });
        Ok((slot, room))
    }
}

impl<'a> Room<'a> {
    /// What would be free, and which offers must be taken back for it if there is no other way.
    fn fit(&self, role: &Role, needs: &Resources) -> Result<(Resources, Vec<&'a Arc<Offer>>), Refusal> {
        let mut free = self.free.clone();
        let mut rescinded = Vec::new();
        for offer in self.offers.iter().rev() {
            if free.contains(needs) {
                break;
            }
            free.give_back(&offer.resources);
            rescinded.push(*offer);
        }
        // `contains` tells apart what is reserved for whom, so only the task's own reservations need a look.
        let foreign = needs.iter().any(|r| !r.is_allocatable_to(role));
        if foreign || !free.contains(needs) {
            return Err(Refusal::NoFit { free });
        }
        Ok((free, rescinded))
    }
}
