use base_ids::{AgentId, FrameworkId, OperationId};
use model_cluster::{OperationState, OperationStatus, TaskSpec};
use model_resources::Role;
use wire_link::{Hold, ToAgent};

use crate::{Config, Effect, Event, Key, Master, OperationRecord, state::Link};

impl Master {
    /// The keys of what became of operations.
    pub(super) fn touch_operations(&self, event: &Event, keys: &mut Vec<Key>) {
        match event {
            Event::OperationRecorded { framework_id, status } => {
                keys.extend(
                    self.operation_slot(framework_id, &status.operation_id)
                        .map(Key::Operation),
                );
            }
            Event::OperationRepeated {
                framework_id,
                operation_id,
            } => keys.extend(self.operation_slot(framework_id, operation_id).map(Key::Operation)),
            Event::OperationTold { .. } => keys.push(Key::Told(self.soft.told_count.saturating_sub(1))),
            Event::OperationsAsked {
                framework_id,
                operations,
            } => keys.extend(operations.iter().map(|(operation_id, agent_id)| Key::OperationAnswer {
                framework_id: framework_id.clone(),
                operation_id: operation_id.clone(),
                agent_id: agent_id.clone(),
            })),
            _ => {}
        }
    }

    /// What an agent is to hold, until it says that it does.
    pub(super) fn hold_effect(&self, config: &Config, agent_id: &AgentId) -> Option<Effect> {
        let slot = self.agent_slots.get(agent_id)?;
        let (link, agent) = (self.soft.links.get(slot)?, self.hard.agents.get(*slot)?);
        let behind = link.held.is_some_and(|held| held < agent.holdings.version);
        let hold = || Hold {
            epoch: config.epoch,
            // The edge knows how far the journal is.
            index: 0,
            holdings: agent.holdings.clone(),
        };
        behind.then(|| Effect::ToAgent {
            agent_id: agent_id.clone(),
            message: ToAgent::Hold(hold()),
        })
    }

    /// Whether an agent has the volumes that a task uses: it is not started before.
    pub(super) fn has_volumes(&self, agent: u32, link: &Link, task: &TaskSpec) -> bool {
        let Some(agent) = self.hard.agents.get(agent) else {
            return false;
        };
        volumes_of(task).all(|(role, id)| {
            let born = agent.holdings.born(role, id).map_or(0, |birth| birth.version);
            link.held.is_some_and(|held| born <= held)
        })
    }

    pub(super) fn operation_delivery(&self, slot: u32) -> Option<Effect> {
        let operation = self
            .hard
            .operations
            .get(slot)
            .filter(|operation| operation.is_awaited())?;
        self.soft.sessions.get(&operation.framework)?;
        Some(Effect::DeliverOperation {
            framework_id: self.hard.frameworks.get(operation.framework)?.framework_id.clone(),
            status: operation.status.as_ref().clone(),
        })
    }

    pub(super) fn told_effect(&self, number: u64) -> Option<Effect> {
        let (framework_id, status) = self.soft.told.get(&number)?;
        Some(Effect::DeliverOperation {
            framework_id: framework_id.clone(),
            status: status.as_ref().clone(),
        })
    }

    /// What reconciliation says of an operation; no uuid, nothing to acknowledge (Mesos' `Master::reconcileOperations`).
    pub(super) fn operation_answer(
        &self,
        framework_id: &FrameworkId,
        operation_id: &OperationId,
        agent_id: Option<&AgentId>,
    ) -> Option<Effect> {
        self.soft.sessions.get(self.framework_slots.get(framework_id)?)?;
        let slot = self.operation_slot(framework_id, operation_id);
        let status = match slot.and_then(|slot| self.hard.operations.get(slot)) {
            Some(operation) => self.known_status(operation),
            None => {
                let (state, why) = self.state_of_unknown_operation(agent_id);
                OperationStatus::new(operation_id.clone(), state)
                    .because(why)
                    .on(agent_id.cloned())
            }
        };
        Some(Effect::DeliverOperation {
            framework_id: framework_id.clone(),
            status,
        })
    }

    /// The latest status of an operation; one that waits for an unreachable agent is as the agent is.
    fn known_status(&self, operation: &OperationRecord) -> OperationStatus {
        let agent = self.hard.agents.get(operation.agent);
        let unreachable = agent.is_some_and(|agent| agent.unreachable_since.is_some());
        if operation.is_pending() && unreachable {
            return OperationStatus::new(operation.operation_id.clone(), OperationState::Unreachable)
                .because("Reconciliation: Agent is unreachable")
                .on(operation.agent_id.clone());
        }
        OperationStatus {
            uuid: None,
            ..operation.status.as_ref().clone()
        }
    }

    fn state_of_unknown_operation(&self, agent_id: Option<&AgentId>) -> (OperationState, &'static str) {
        let Some(agent_id) = agent_id else {
            let why = "Reconciliation: Operation is unknown and no 'agent_id' was provided";
            return (OperationState::Unknown, why);
        };
        let Some(slot) = self.agent_slots.get(agent_id) else {
            return if self.hard.gone.iter().any(|gone| gone.agent_id == *agent_id) {
                let why = "Reconciliation: Agent marked gone by operator";
                (OperationState::GoneByOperator, why)
            } else {
                let why = "Reconciliation: Both operation and agent are unknown";
                (OperationState::Unknown, why)
            };
        };
        if self.hard.agents[*slot].unreachable_since.is_some() {
            (OperationState::Unreachable, "Reconciliation: Agent is unreachable")
        } else if self.soft.absent.contains_key(slot) {
            let why = "Reconciliation: Agent is recovered but has not re-registered";
            (OperationState::Recovering, why)
        } else {
            (OperationState::Unknown, "Reconciliation: Operation is unknown")
        }
    }
}

/// The volumes that a task needs, those of the executor that it may bring among them, by role and id.
pub(crate) fn volumes_of(task: &TaskSpec) -> impl Iterator<Item = (&Role, &str)> {
    let of_executor = task.executor.iter().flat_map(|executor| executor.resources.iter());
    let all = task.resources.iter().chain(of_executor);
    all.filter_map(|r| Some((r.reserved_role()?, r.persistence_id()?)))
}
