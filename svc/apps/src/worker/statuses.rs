use std::sync::Arc;

use base_ids::AgentId;
use core_control::follow;
use futures::future::join_all;
use model_cluster::TaskStatus;
use tokio::sync::mpsc::UnboundedReceiver;

use super::submit::{submit, tell};
use crate::Edge;

/// How many statuses are on their way at once.
const BATCH: usize = 4096;

/// Tells the scheduler what became of tasks and acknowledges it once that is journalled. A batch is submitted as a whole
/// and so shares its commits; the pool sends the next status of a task only after the acknowledgement of the last one.
pub(super) async fn run(edge: Edge, mut statuses: UnboundedReceiver<(Option<AgentId>, Arc<TaskStatus>)>) {
    let mut batch = Vec::new();
    while statuses.recv_many(&mut batch, BATCH).await > 0 {
        join_all(batch.drain(..).map(|(agent_id, status)| take(&edge, agent_id, status))).await;
    }
}

async fn take(edge: &Edge, agent_id: Option<AgentId>, status: Arc<TaskStatus>) {
    edge.tallies.status(status.state).add(1);
    let acknowledge = follow::acknowledge(agent_id, &status);
    if submit(&edge.handle, || Some(follow::updated(status.clone())))
        .await
        .is_some()
        && let Some(acknowledge) = acknowledge
    {
        tell(&edge.handle, acknowledge).await;
    }
}
