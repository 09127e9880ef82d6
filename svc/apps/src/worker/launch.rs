use base_ids::{AgentId, TaskId, Uuid};
use core_control::{Event, follow};
use core_master::Event as PoolEvent;
use tokio::sync::mpsc::UnboundedReceiver;

use super::submit::submit;
use crate::Edge;

/// How many launches go into one commit at most.
const BATCH: usize = 1000;

/// Commits launches, all that wait at once, and tells the scheduler which were refused.
pub(super) async fn run(edge: Edge, mut wanted: UnboundedReceiver<(Uuid, TaskId, AgentId)>) {
    let mut batch = Vec::new();
    while wanted.recv_many(&mut batch, BATCH).await > 0 {
        let Ok(snapshot) = edge.state().await else { return };
        let command = follow::launch(&snapshot.state, &batch);
        drop(snapshot);
        batch.clear();
        let Some(command) = command else { continue };
        let Some(outcome) = submit(&edge.handle, command).await else { continue };
        edge.tallies.launches.add(outcome.events.iter().map(accepted).sum());
        if let Some(refused) = follow::refused(&outcome.events) {
            submit(&edge.handle, refused).await;
        }
    }
}

fn accepted(event: &Event) -> usize {
    match event {
        Event::Master(PoolEvent::CommitAnswered { accepted, .. }) => accepted.len(),
        _ => 0,
    }
}
