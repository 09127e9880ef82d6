use std::collections::BTreeSet;

use base_ids::{AgentId, FrameworkId, TaskId};
use model_cluster::{MachineId, Source};

use super::operation::volumes_of;
use crate::{Event, InverseEvent, Key, Master, Offer};

impl Master {
    pub(crate) fn touched_keys(&self, event: &Event, keys: &mut Vec<Key>) {
        match event {
            Event::AgentUnreachable { agent_id } | Event::AgentGone { agent_id } => {
                keys.extend([Key::Agent(agent_id.clone()), Key::AgentFailed(agent_id.clone())]);
            }
            Event::AgentDrainStarted { agent_id, .. } => self.touch_unreported(agent_id, &[], keys),
            Event::MaintenanceStarted { machines } => self.touch_machines(machines, keys),
            Event::Inverse(InverseEvent::Made { offers }) => {
                let frameworks: BTreeSet<_> = offers.iter().map(|offer| &offer.framework_id).collect();
                keys.extend(frameworks.into_iter().cloned().map(Key::InverseOffers));
            }
            Event::Inverse(InverseEvent::Dropped { offer }) => {
                keys.push(Key::RescindInverse(offer.framework_id.clone(), offer.number));
            }
            Event::AgentJoined { agent_id, .. }
            | Event::AgentUpdated { agent_id, .. }
            | Event::AgentForgotten { agent_id }
            | Event::AgentReturned { agent_id } => keys.push(Key::Agent(agent_id.clone())),
            Event::AgentPinged { agent_id, .. } => {
                keys.push(Key::Ping(agent_id.clone()));
                keys.push(Key::Holdings(agent_id.clone()));
            }
            Event::HoldingsChanged { agent_id, .. } => {
                keys.push(Key::Agent(agent_id.clone()));
                keys.push(Key::Holdings(agent_id.clone()));
            }
            Event::Oversubscribed(of) => keys.push(Key::Agent(of.agent_id.clone())),
            Event::AgentHolds { agent_id, .. } => self.touch_held(agent_id, keys),
            Event::AgentReported { agent_id, tasks } => self.touch_unreported(agent_id, tasks, keys),
            Event::FrameworkSubscribed { framework_id, .. } | Event::FrameworkCompleted { framework_id } => {
                keys.push(Key::Framework(framework_id.clone()));
            }
            Event::FrameworkConnected { framework_id, .. } => self.touch_deliveries(framework_id, keys),
            Event::FrameworkRemoved { framework_id, .. } => self.touch_orders(framework_id, keys),
            Event::TaskLaunched { framework_id, task, .. } | Event::TaskAdopted { framework_id, task, .. } => {
                keys.extend(self.task_slot(framework_id, &task.task_id).map(Key::Orders));
            }
            Event::TaskKillRequested {
                framework_id, task_id, ..
            } => {
                keys.extend(self.task_slot(framework_id, task_id).map(Key::Orders));
            }
            Event::StatusRecorded { framework_id, status } => self.touch_status(framework_id, status, keys),
            Event::StatusAcknowledged {
                framework_id, task_id, ..
            }
            | Event::DeliveryRepeated { framework_id, task_id } => {
                keys.extend(self.task_slot(framework_id, task_id).map(Key::Delivery));
            }
            Event::StrayFound {
                agent_id,
                framework_id,
                task_id,
            } => keys.push(Key::Stray {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
            }),
            Event::UpdateRepeated {
                agent_id,
                framework_id,
                task_id,
                uuid,
            } => keys.push(Key::Ack {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
                uuid: *uuid,
            }),
            Event::OffersMade { offers, .. } => {
                let mut firsts: Vec<&Offer> = offers.iter().map(AsRef::as_ref).collect();
                firsts.sort_unstable_by_key(|offer| offer.framework);
                firsts.dedup_by_key(|offer| offer.framework);
                keys.extend(firsts.into_iter().map(|offer| Key::Offers(offer.framework_id.clone())));
            }
            Event::OfferDropped { offer, why } if why.is_rescind() => {
                keys.push(Key::Rescind(offer.framework_id.clone(), offer.number));
            }
            Event::ReconcileAsked { framework_id, tasks } => {
                keys.extend(tasks.iter().map(|(task_id, agent_id)| Key::Answer {
                    framework_id: framework_id.clone(),
                    task_id: task_id.clone(),
                    agent_id: agent_id.clone(),
                }));
            }
            Event::LaunchRefused { .. } => keys.push(Key::Refusal(self.soft.refused_count.saturating_sub(1))),
            _ => {}
        }
        self.touch_operations(event, keys);
        self.touch_executors(event, keys);
        if !self.soft.dirty.is_empty() && keys.last() != Some(&Key::Pool) {
            keys.push(Key::Pool);
        }
    }

    pub(crate) fn all_keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::Pool];
        keys.extend(
            self.hard
                .agents
                .iter()
                .map(|(_, agent)| Key::Agent(agent.agent_id.clone())),
        );
        keys.extend(
            self.hard
                .agents
                .iter()
                .map(|(_, agent)| Key::Holdings(agent.agent_id.clone())),
        );
        keys.extend(self.hard.operations.iter().map(|(slot, _)| Key::Operation(slot)));
        for (_, framework) in self.hard.frameworks.iter() {
            keys.push(Key::Framework(framework.framework_id.clone()));
            keys.push(Key::Offers(framework.framework_id.clone()));
        }
        for (slot, task) in self.hard.tasks.iter() {
            if !task.is_over() && (task.kill.is_some() || !task.known_to_agent) {
                keys.push(Key::Orders(slot));
            }
            if !task.unacknowledged.is_empty() {
                keys.push(Key::Delivery(slot));
            }
        }
        keys
    }

    /// A status is delivered once those before it are acknowledged; its agent may forget it at once, and is told again if
    /// it is to end the task.
    fn touch_status(&self, framework_id: &FrameworkId, status: &model_cluster::TaskStatus, keys: &mut Vec<Key>) {
        let Some(slot) = self.task_slot(framework_id, &status.task_id) else {
            return;
        };
        let Some(task) = self.hard.tasks.get(slot) else { return };
        if task.unacknowledged.len() == 1 {
            keys.push(Key::Delivery(slot));
        }
        if task.kill.is_some() {
            keys.push(Key::Orders(slot));
        }
        if let Some(uuid) = status.uuid.filter(|_| status.source != Source::Master) {
            keys.push(Key::Ack {
                agent_id: task.agent_id.clone(),
                framework_id: framework_id.clone(),
                task_id: status.task_id.clone(),
                uuid,
            });
        }
    }

    /// Orders for what an agent did not report, and for what it is to end.
    fn touch_unreported(&self, agent_id: &AgentId, reported: &[(FrameworkId, TaskId)], keys: &mut Vec<Key>) {
        let known: BTreeSet<u32> = reported
            .iter()
            .filter_map(|(framework, task)| self.task_slot(framework, task))
            .collect();
        let Some(agent) = self.agent(agent_id) else { return };
        for slot in &agent.tasks {
            let ending = self.hard.tasks.get(*slot).is_some_and(|task| task.kill.is_some());
            if ending || !known.contains(slot) {
                keys.push(Key::Orders(*slot));
            }
        }
    }

    fn touch_machines(&self, machines: &[MachineId], keys: &mut Vec<Key>) {
        let agents = self.hard.agents.iter().map(|(_, agent)| agent);
        let held = agents.filter(|agent| machines.iter().any(|machine| machine.holds(&agent.spec)));
        keys.extend(held.map(|agent| Key::AgentFailed(agent.agent_id.clone())));
    }

    /// Orders that waited for the agent to have its volumes.
    fn touch_held(&self, agent_id: &AgentId, keys: &mut Vec<Key>) {
        keys.push(Key::Holdings(agent_id.clone()));
        let Some(agent) = self.agent(agent_id) else { return };
        let tasks = agent
            .tasks
            .iter()
            .filter_map(|slot| Some((*slot, self.hard.tasks.get(*slot)?)));
        let waiting = tasks.filter(|(_, task)| !task.known_to_agent && volumes_of(&task.spec).next().is_some());
        keys.extend(waiting.map(|(slot, _)| Key::Orders(slot)));
    }

    fn touch_deliveries(&self, framework_id: &FrameworkId, keys: &mut Vec<Key>) {
        let Some(framework) = self.framework(framework_id) else {
            return;
        };
        if let Some(slot) = self.framework_slots.get(framework_id) {
            keys.extend(
                self.operations_of_framework(*slot)
                    .map(|(slot, _)| Key::Operation(slot)),
            );
        }
        let waiting = |slot: &&u32| {
            self.hard
                .tasks
                .get(**slot)
                .is_some_and(|task| !task.unacknowledged.is_empty())
        };
        keys.extend(framework.tasks.iter().filter(waiting).map(|slot| Key::Delivery(*slot)));
    }

    fn touch_orders(&self, framework_id: &FrameworkId, keys: &mut Vec<Key>) {
        keys.push(Key::Framework(framework_id.clone()));
        if let Some(framework) = self.framework(framework_id) {
            keys.extend(framework.tasks.iter().map(|slot| Key::Orders(*slot)));
        }
    }
}
