use base_ids::{FrameworkId, OperationId, Uuid};

use super::Decided;
use crate::{Event, Master};

impl Master {
    pub(super) fn acknowledge_operation(
        &self,
        framework_id: &FrameworkId,
        operation_id: &OperationId,
        uuid: Uuid,
    ) -> Decided {
        self.find_framework(framework_id)?;
        let slot = self.operation_slot(framework_id, operation_id);
        let known = slot.and_then(|slot| self.hard.operations.get(slot));
        let awaited = known.is_some_and(|operation| operation.status.uuid == Some(uuid));
        Ok(awaited
            .then(|| Event::OperationEnded {
                framework_id: framework_id.clone(),
                operation_id: operation_id.clone(),
            })
            .into_iter()
            .collect())
    }
}
