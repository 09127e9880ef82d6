use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, OperationId};
use model_cluster::{OperationState, OperationStatus};
use model_resources::Operation;

use crate::{Master, state::OperationRecord};

/// How much of what is said once is kept until it is told.
const TOLD: u64 = 10_000;

impl Master {
    pub(super) fn add_operation(
        &mut self,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        operation_id: &OperationId,
        operation: &Arc<Operation>,
        version: u64,
    ) {
        let slots = (self.framework_slots.get(framework_id), self.agent_slots.get(agent_id));
        let (Some(&framework), Some(&agent)) = slots else {
            return;
        };
        let status = OperationStatus::new(operation_id.clone(), OperationState::Pending).on(agent_id.clone());
        let slot = self.hard.operations.insert(OperationRecord {
            framework,
            agent,
            agent_id: agent_id.clone(),
            operation_id: operation_id.clone(),
            operation: operation.clone(),
            version,
            status: Arc::new(status),
        });
        self.operation_slots.insert((framework, operation_id.clone()), slot);
        self.operations_of_agents.insert((agent, slot));
        self.review_drain(agent);
    }

    pub(super) fn record_operation(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        status: &Arc<OperationStatus>,
    ) {
        let Some(slot) = self.operation_slot(framework_id, &status.operation_id) else {
            return;
        };
        if let Some(operation) = self.hard.operations.get_mut(slot) {
            operation.status = status.clone();
        }
        self.start_operation_delivery(at, slot);
    }

    pub(super) fn end_operation(&mut self, framework_id: &FrameworkId, operation_id: &OperationId) {
        if let Some(slot) = self.operation_slot(framework_id, operation_id) {
            self.drop_operation(slot);
        }
    }

    pub(super) fn repeat_operation(&mut self, at: Timestamp, framework_id: &FrameworkId, operation_id: &OperationId) {
        if let Some(slot) = self.operation_slot(framework_id, operation_id) {
            self.soft.operation_redelivery.repeat(slot, at);
        }
    }

    /// A status is told once, to whoever is connected.
    pub(super) fn tell_operation(&mut self, framework_id: &FrameworkId, status: &Arc<OperationStatus>) {
        let number = self.soft.told_count;
        self.soft.told.insert(number, (framework_id.clone(), status.clone()));
        self.soft.told_count += 1;
        if number >= TOLD {
            self.soft.told.remove(&(number - TOLD));
        }
    }

    /// A framework is connected: the ends that it has not acknowledged are delivered.
    pub(super) fn start_operation_deliveries(&mut self, at: Timestamp, framework: u32) {
        for slot in self.operation_slots_of(framework) {
            self.start_operation_delivery(at, slot);
        }
    }

    /// A framework is not connected any more.
    pub(super) fn stop_operation_deliveries(&mut self, framework: u32) {
        for slot in self.operation_slots_of(framework) {
            self.soft.operation_redelivery.stop(slot);
        }
    }

    pub(super) fn drop_operations_of_framework(&mut self, framework: u32) {
        for slot in self.operation_slots_of(framework) {
            self.drop_operation(slot);
        }
    }

    pub(super) fn drop_operations_of_agent(&mut self, agent: u32) {
        let slots: Vec<u32> = self.operations_of_agent(agent).map(|(slot, _)| slot).collect();
        for slot in slots {
            self.drop_operation(slot);
        }
    }

    fn operation_slots_of(&self, framework: u32) -> Vec<u32> {
        self.operations_of_framework(framework).map(|(slot, _)| slot).collect()
    }

    fn start_operation_delivery(&mut self, at: Timestamp, slot: u32) {
        let awaited = self
            .hard
            .operations
            .get(slot)
            .filter(|operation| operation.is_awaited());
        match awaited {
            Some(operation) if self.soft.sessions.contains_key(&operation.framework) => {
                self.soft.operation_redelivery.start(slot, at);
            }
            _ => self.soft.operation_redelivery.stop(slot),
        }
    }

    fn drop_operation(&mut self, slot: u32) {
        let Some(operation) = self.hard.operations.remove(slot) else {
            return;
        };
        self.soft.operation_redelivery.stop(slot);
        self.operation_slots
            .remove(&(operation.framework, operation.operation_id));
        self.operations_of_agents.remove(&(operation.agent, slot));
        self.review_drain(operation.agent);
    }
}
