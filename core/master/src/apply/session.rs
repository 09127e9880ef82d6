use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId};
use model_cluster::TaskStatus;
use model_resources::Role;

use crate::{
    Face, Master,
    state::{Refused, Session},
};

/// How many refused launches are kept until they are told.
const REFUSED: u64 = 10_000;

impl Master {
    pub(super) fn connect_framework(&mut self, at: Timestamp, framework_id: &FrameworkId, connection: u64) {
        let Some((slot, framework)) = self.framework_mut(framework_id) else {
            return;
        };
        let (face, suppressed) = (framework.face, framework.spec.suppressed.clone());
        let session = Session {
            connection,
            suppressed,
            latest: 0,
        };
        self.soft.sessions.insert(slot, session);
        self.start_deliveries(at, slot);
        self.start_operation_deliveries(at, slot);
        self.soft.filters.clear(slot, &[]);
        self.soft.inverse.due = self.scheduled.keys().copied().collect();
        if face == Face::Offers {
            self.soft.takers.insert(slot);
            self.soft.dirty.frameworks.insert(slot);
        }
    }

    pub(super) fn drop_session(&mut self, framework_id: &FrameworkId) {
        let Some(slot) = self.framework_slots.get(framework_id).copied() else {
            return;
        };
        if self.soft.sessions.remove(&slot).is_some() {
            self.stop_deliveries(slot);
            self.stop_operation_deliveries(slot);
        }
        self.soft.takers.remove(&slot);
        self.soft.dirty.frameworks.remove(&slot);
        self.soft.filters.clear(slot, &[]);
        self.soft.inverse.unfilter_framework(slot);
    }

    pub(super) fn revive(&mut self, framework_id: &FrameworkId, roles: &[Role]) {
        let Some(slot) = self.framework_slots.get(framework_id).copied() else {
            return;
        };
        let Some(session) = self.soft.sessions.get_mut(&slot) else {
            return;
        };
        session.suppressed.retain(|role| !roles.contains(role));
        self.soft.filters.clear(slot, roles);
        self.soft.dirty.frameworks.insert(slot);
    }

    pub(super) fn suppress(&mut self, framework_id: &FrameworkId, roles: &[Role]) {
        let Some(slot) = self.framework_slots.get(framework_id).copied() else {
            return;
        };
        let Some(session) = self.soft.sessions.get_mut(&slot) else {
            return;
        };
        for role in roles {
            if !session.suppressed.contains(role) {
                session.suppressed.push(role.clone());
            }
        }
    }

    pub(super) fn remember_refused(
        &mut self,
        framework_id: &FrameworkId,
        agent_id: Option<&AgentId>,
        status: &Arc<TaskStatus>,
    ) {
        let number = self.soft.refused_count;
        let (framework_id, agent_id, status) = (framework_id.clone(), agent_id.cloned(), status.clone());
        self.soft.refused.insert(
            number,
            Refused {
                framework_id,
                agent_id,
                status,
            },
        );
        self.soft.refused_count += 1;
        if number >= REFUSED {
            self.soft.refused.remove(&(number - REFUSED));
        }
    }
}
