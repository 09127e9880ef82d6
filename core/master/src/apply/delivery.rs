use base_clock::Timestamp;
use base_ids::{FrameworkId, TaskId};

use crate::Master;

impl Master {
    /// The first unacknowledged status of a task is delivered, if there is one and somebody to hear it.
    pub(super) fn start_delivery(&mut self, at: Timestamp, framework_id: &FrameworkId, task_id: &TaskId) {
        if let Some(slot) = self.task_slot(framework_id, task_id) {
            self.start_delivery_of(at, slot);
        }
    }

    /// A framework is connected: what it has not acknowledged is delivered, whatever it got before.
    pub(super) fn start_deliveries(&mut self, at: Timestamp, framework: u32) {
        for slot in self.tasks_of(framework) {
            self.start_delivery_of(at, slot);
        }
    }

    /// A framework is not connected any more.
    pub(super) fn stop_deliveries(&mut self, framework: u32) {
        for slot in self.tasks_of(framework) {
            self.soft.redelivery.stop(slot);
        }
    }

    pub(super) fn repeat_delivery(&mut self, at: Timestamp, framework_id: &FrameworkId, task_id: &TaskId) {
        if let Some(slot) = self.task_slot(framework_id, task_id) {
            self.soft.redelivery.repeat(slot, at);
        }
    }

    fn start_delivery_of(&mut self, at: Timestamp, slot: u32) {
        let task = self.hard.tasks.get(slot).filter(|task| !task.unacknowledged.is_empty());
        match task {
            Some(task) if self.soft.sessions.contains_key(&task.framework) => self.soft.redelivery.start(slot, at),
            _ => self.soft.redelivery.stop(slot),
        }
    }

    /// The slots of a framework's tasks. The copy shares its nodes with the original.
    fn tasks_of(&self, framework: u32) -> imbl::OrdSet<u32> {
        let framework = self.hard.frameworks.get(framework);
        framework.map(|framework| framework.tasks.clone()).unwrap_or_default()
    }
}
