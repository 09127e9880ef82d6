use base_ids::{AgentId, TaskId};
use core_control::follow;
use tokio::sync::mpsc::UnboundedReceiver;

use super::submit::tell;
use crate::Edge;

/// Asks the pool to end tasks.
pub(super) async fn run(edge: Edge, mut doomed: UnboundedReceiver<(TaskId, Option<AgentId>, Option<u64>)>) {
    while let Some((task_id, agent_id, grace_ms)) = doomed.recv().await {
        tell(&edge.handle, follow::kill(task_id, agent_id, grace_ms)).await;
    }
}
