use base_ids::FrameworkId;

use super::{Cx, Decided, end_tasks::failover_deadline};
use crate::{Event, Master};

impl Master {
    pub(super) fn close_framework(&self, cx: &Cx<'_>, framework_id: &FrameworkId, connection: u64) -> Decided {
        let (slot, framework) = self.find_framework(framework_id)?;
        if self
            .soft
            .sessions
            .get(&slot)
            .is_none_or(|session| session.connection != connection)
        {
            return Ok(Vec::new());
        }
        let mut events: Vec<Event> = self.drop_framework_offers(slot).collect();
        events.push(Event::FrameworkDisconnected {
            framework_id: framework_id.clone(),
            deadline: failover_deadline(cx.now, framework.spec.failover_timeout_ms),
        });
        Ok(events)
    }
}
