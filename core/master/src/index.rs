//! The allocator as the master's index: a fold of its facts, or built from its state.

use base_ids::{AgentId, FrameworkId};
use core_allocator::{Abilities, Allocator};
use model_resources::Role;

use crate::{Config, Event, ExecutorEvent, Face, Framework, Master, Oversubscribed};

impl Master {
    pub(crate) fn build_index(&self, config: &Config) -> Allocator {
        let mut index = Allocator::new(config.minimums.clone());
        index.filter_gpus(config.filter_gpus);
        index.exclude(&config.excluded);
        index.set_sorters(config.role_sorter, config.framework_sorter);
        index.set_region(config.region.clone());
        for (role, weight) in self.hard.weights.iter() {
            index.set_weight(role.clone(), *weight);
        }
        for (role, quota) in self.hard.quotas.iter() {
            index.set_quota(role, quota);
        }
        for (slot, framework) in self.hard.frameworks.iter() {
            index.set_framework(slot, Abilities::of(&framework.spec));
            index.set_demands(slot, &framework.spec);
            index.set_wants(slot, &self.wanted_roles(slot, framework));
        }
        for (slot, _) in self
            .hard
            .agents
            .iter()
            .filter(|(_, agent)| agent.unreachable_since.is_none())
        {
            index.add_agent(slot, &self.total_of(slot));
            self.describe(&mut index, slot);
            index.set_ready(slot, self.is_ready(slot));
            self.charge_tasks(&mut index, slot);
        }
        index.charge_all(self.soft.offers.values().map(|offer| offer.charge()));
        index.settle();
        index
    }

    pub(crate) fn fold_event(&self, index: &mut Allocator, event: &Event) {
        match event {
            Event::AgentJoined { agent_id, .. } => self.fold_agent(index, agent_id, |index, slot, total| {
                index.add_agent(slot, total);
                self.describe(index, slot);
            }),
            Event::AgentUpdated { agent_id, .. } | Event::HoldingsChanged { agent_id, .. } => {
                self.fold_agent(index, agent_id, |index, slot, total| {
                    index.resize_agent(slot, total);
                    self.describe(index, slot);
                    index.set_ready(slot, self.is_ready(slot));
                })
            }
            Event::AgentUnreachable { agent_id } => self.fold_agent(index, agent_id, |index, slot, _| {
                index.remove_agent(slot);
            }),
            Event::AgentReturned { agent_id } => self.fold_agent(index, agent_id, |index, slot, total| {
                index.add_agent(slot, total);
                self.describe(index, slot);
                self.charge_tasks(index, slot);
            }),
            // With a connection come and go the revocable resources that were told on it.
            Event::AgentConnected { agent_id, .. }
            | Event::AgentDisconnected { agent_id, .. }
            | Event::Oversubscribed(Oversubscribed { agent_id, .. }) => {
                self.fold_agent(index, agent_id, |index, slot, total| {
                    index.resize_agent(slot, total);
                    index.set_ready(slot, self.is_ready(slot));
                })
            }
            Event::AgentReported { agent_id, .. }
            | Event::StrayFound { agent_id, .. }
            | Event::StrayEnded { agent_id, .. }
            | Event::AgentHeard { agent_id }
            | Event::AgentPinged { agent_id, .. }
            | Event::AgentDrainStarted { agent_id, .. }
            | Event::AgentDeactivated { agent_id }
            | Event::AgentReactivated { agent_id } => self.fold_agent(index, agent_id, |index, slot, _| {
                index.set_ready(slot, self.is_ready(slot));
            }),
            Event::Stalled { .. }
            | Event::MaintenanceScheduled { .. }
            | Event::MaintenanceStarted { .. }
            | Event::MaintenanceStopped { .. } => {
                for slot in self.soft.links.keys() {
                    index.set_ready(*slot, self.is_ready(*slot));
                }
            }
            Event::FrameworkSubscribed { framework_id, .. }
            | Event::FrameworkUpdated { framework_id, .. }
            | Event::FrameworkDisconnected { framework_id, .. }
            | Event::FrameworkRemoved { framework_id, .. }
            | Event::FrameworkConnected { framework_id, .. }
            | Event::Revived { framework_id, .. }
            | Event::Suppressed { framework_id, .. } => self.fold_framework(index, framework_id),
            Event::TaskLaunched { framework_id, task, .. } | Event::TaskAdopted { framework_id, task, .. } => {
                self.fold_framework_of_adopted(index, framework_id);
                if let Some(task) = self.task(framework_id, &task.task_id) {
                    index.charge(task.framework, &task.role, task.agent, &task.spec.resources);
                }
            }
            Event::StatusRecorded { framework_id, status } if status.state.is_terminal() => {
                if let Some(task) = self.task(framework_id, &status.task_id) {
                    index.refund(task.framework, &task.role, task.agent, &task.spec.resources);
                }
            }
            Event::OffersMade { offers, .. } => {
                index.charge_all(offers.iter().map(|offer| offer.charge()));
                index.settle();
            }
            Event::OfferDropped { offer, .. } => {
                index.refund(offer.framework, &offer.role, offer.agent, &offer.resources);
            }
            Event::WeightsUpdated { weights } => {
                for (role, weight) in weights {
                    index.set_weight(role.clone(), *weight);
                }
            }
            Event::QuotaUpdated { quotas } => {
                for (role, quota) in quotas {
                    index.set_quota(role, quota);
                }
            }
            Event::Executor(event) => self.fold_executor(index, event),
            _ => {}
        }
    }

    fn fold_executor(&self, index: &mut Allocator, event: &ExecutorEvent) {
        match event {
            ExecutorEvent::Launched {
                framework_id,
                agent_id,
                role,
                executor,
            } => {
                self.fold_framework_of_adopted(index, framework_id);
                if let Some((framework, agent)) = self.slots_of(framework_id, agent_id) {
                    index.charge(framework, role, agent, &executor.resources);
                }
            }
            ExecutorEvent::Exited {
                framework_id,
                agent_id,
                role,
                resources,
                ..
            } => {
                if let Some((framework, agent)) = self.slots_of(framework_id, agent_id) {
                    index.refund(framework, role, agent, resources);
                }
            }
            ExecutorEvent::Shutdown { .. } => {}
        }
    }

    fn describe(&self, index: &mut Allocator, slot: u32) {
        if let Some(agent) = self.hard.agents.get(slot) {
            index.describe_agent(slot, &agent.spec);
        }
    }

    fn fold_agent(
        &self,
        index: &mut Allocator,
        agent_id: &AgentId,
        fold: impl FnOnce(&mut Allocator, u32, &model_resources::Resources),
    ) {
        if let Some(slot) = self.agent_slots.get(agent_id) {
            fold(index, *slot, &self.total_of(*slot));
        }
    }

    fn fold_framework(&self, index: &mut Allocator, framework_id: &FrameworkId) {
        if let Some(slot) = self.framework_slots.get(framework_id) {
            let framework = &self.hard.frameworks[*slot];
            index.set_framework(*slot, Abilities::of(&framework.spec));
            index.set_demands(*slot, &framework.spec);
            index.set_wants(*slot, &self.wanted_roles(*slot, framework));
        }
    }

    /// An adopted task may have brought its framework with it.
    fn fold_framework_of_adopted(&self, index: &mut Allocator, framework_id: &FrameworkId) {
        if self.framework(framework_id).is_some_and(|framework| framework.adopted) {
            self.fold_framework(index, framework_id);
        }
    }

    fn charge_tasks(&self, index: &mut Allocator, agent: u32) {
        let Some(known) = self.hard.agents.get(agent) else {
            return;
        };
        for ((framework_id, _), executor) in &known.executors {
            if let Some(framework) = self.framework_slots.get(framework_id) {
                index.charge(*framework, &executor.role, agent, &executor.spec.resources);
            }
        }
        for task in known
            .tasks
            .iter()
            .filter_map(|slot| self.hard.tasks.get(*slot))
            .filter(|task| !task.is_over())
        {
            index.charge(task.framework, &task.role, agent, &task.spec.resources);
        }
    }

    fn slots_of(&self, framework_id: &FrameworkId, agent_id: &AgentId) -> Option<(u32, u32)> {
        let framework = self.framework_slots.get(framework_id)?;
        Some((*framework, *self.agent_slots.get(agent_id)?))
    }

    fn is_ready(&self, agent: u32) -> bool {
        self.is_agent_ready(agent)
    }

    /// The roles for which a framework wants offers now.
    fn wanted_roles(&self, slot: u32, framework: &Framework) -> Vec<Role> {
        let session = self.soft.sessions.get(&slot).filter(|_| framework.face == Face::Offers);
        let Some(session) = session else { return Vec::new() };
        framework
            .spec
            .roles
            .iter()
            .filter(|role| !session.suppressed.contains(role))
            .cloned()
            .collect()
    }
}
