use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::FrameworkId;
use imbl::OrdSet;
use model_cluster::FrameworkSpec;

use crate::{
    Face, Master, Removal,
    state::{COMPLETED_FRAMEWORKS, CompletedFramework, Framework, History, KillRequest},
};

impl Master {
    pub(super) fn add_framework(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        spec: &Arc<FrameworkSpec>,
        face: Face,
    ) -> u32 {
        let slot = self.hard.frameworks.insert(Framework {
            framework_id: framework_id.clone(),
            spec: spec.clone(),
            face,
            registered_at: at,
            reregistered_at: None,
            deadline: None,
            removed: None,
            adopted: false,
            completed: History::default(),
            tasks: OrdSet::new(),
        });
        self.framework_slots.insert(framework_id.clone(), slot);
        self.hard.next_framework += 1;
        slot
    }

    pub(super) fn update_framework(&mut self, framework_id: &FrameworkId, spec: &Arc<FrameworkSpec>, face: Face) {
        let Some((slot, framework)) = self.framework_mut(framework_id) else {
            return;
        };
        framework.spec = spec.clone();
        framework.face = face;
        framework.adopted = false;
        if self.soft.sessions.contains_key(&slot) {
            self.soft.dirty.frameworks.insert(slot);
        }
    }

    pub(super) fn disconnect_framework(&mut self, framework_id: &FrameworkId, deadline: Timestamp) {
        self.set_deadline(framework_id, Some(deadline));
        self.drop_session(framework_id);
    }

    pub(super) fn reconnect_framework(&mut self, at: Timestamp, framework_id: &FrameworkId) {
        self.set_deadline(framework_id, None);
        if let Some((_, framework)) = self.framework_mut(framework_id) {
            framework.reregistered_at = Some(at);
        }
    }

    pub(super) fn remove_framework(&mut self, at: Timestamp, framework_id: &FrameworkId, why: Removal) {
        self.set_deadline(framework_id, None);
        self.drop_session(framework_id);
        if let Some(slot) = self.framework_slots.get(framework_id).copied() {
            self.drop_operations_of_framework(slot);
        }
        let Some((_, framework)) = self.framework_mut(framework_id) else {
            return;
        };
        framework.removed = Some(why);
        for slot in framework.tasks.clone() {
            if let Some(task) = self.hard.tasks.get_mut(slot)
                && !task.is_over()
            {
                task.kill.get_or_insert(KillRequest { at, grace_ms: None });
            }
        }
    }

    pub(super) fn complete_framework(&mut self, at: Timestamp, framework_id: &FrameworkId) {
        let Some(slot) = self.framework_slots.remove(framework_id) else {
            return;
        };
        let Some(framework) = self.hard.frameworks.remove(slot) else {
            return;
        };
        self.soft.inverse.forget(|(_, framework)| framework == slot);
        self.hard
            .completed
            .push(CompletedFramework { framework, at }, COMPLETED_FRAMEWORKS);
    }

    pub(super) fn framework_mut(&mut self, framework_id: &FrameworkId) -> Option<(u32, &mut Framework)> {
        let slot = *self.framework_slots.get(framework_id)?;
        Some((slot, self.hard.frameworks.get_mut(slot)?))
    }

    fn set_deadline(&mut self, framework_id: &FrameworkId, deadline: Option<Timestamp>) {
        let Some((slot, framework)) = self.framework_mut(framework_id) else {
            return;
        };
        let old = std::mem::replace(&mut framework.deadline, deadline);
        if let Some(old) = old {
            self.deadlines.remove(&(old, slot));
        }
        if let Some(new) = deadline {
            self.deadlines.insert((new, slot));
        }
    }
}
