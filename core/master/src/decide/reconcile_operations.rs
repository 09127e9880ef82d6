use base_ids::{AgentId, FrameworkId, OperationId};

use super::Decided;
use crate::{Event, Master};

impl Master {
    pub(super) fn reconcile_operations(
        &self,
        framework_id: &FrameworkId,
        operations: Vec<(OperationId, Option<AgentId>)>,
    ) -> Decided {
        let (slot, _) = self.find_framework(framework_id)?;
        let operations = if operations.is_empty() {
            self.operations_of_framework(slot)
                .map(|(_, operation)| (operation.operation_id.clone(), Some(operation.agent_id.clone())))
                .collect()
        } else {
            operations
        };
        Ok(vec![Event::OperationsAsked {
            framework_id: framework_id.clone(),
            operations,
        }])
    }
}
