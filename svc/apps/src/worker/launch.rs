use base_ids::{AgentId, TaskId, Uuid};
use core_control::{Control, Event, follow};
use core_master::Event as PoolEvent;

use super::submit::submit;
use crate::Edge;

/// How many launches go into one commit at most.
pub(super) const BATCH: usize = 1000;

/// A launch that is wanted: the instance, its task and its agent.
pub(super) type Wanted = (Uuid, TaskId, AgentId);

/// Commits launches, all in one command, and tells the scheduler which were refused.
pub(super) async fn commit(edge: &Edge, control: &Control, wanted: &[Wanted]) {
    for batch in wanted.chunks(BATCH) {
        let Some(outcome) = submit(&edge.handle, || follow::launch(control, batch)).await else {
            continue;
        };
        edge.tallies.launches.add(outcome.events.iter().map(accepted).sum());
        submit(&edge.handle, || follow::refused(&outcome.events)).await;
    }
}

/// The launches that follow from facts about places.
pub(super) fn placed<'a>(control: &Control, facts: impl IntoIterator<Item = &'a Event>) -> Vec<Wanted> {
    let placed = facts.into_iter().filter_map(|fact| match fact {
        Event::Apps(core_apps::Event::InstancesPlaced { placed, .. }) => Some(placed),
        _ => None,
    });
    placed
        .flatten()
        .filter_map(|placed| {
            let instance = control.apps.instance(placed.instance)?;
            Some((
                instance.uuid,
                instance.task_id(),
                instance.place.as_ref()?.agent_id.clone(),
            ))
        })
        .collect()
}

fn accepted(event: &Event) -> usize {
    match event {
        Event::Master(PoolEvent::CommitAnswered { accepted, .. }) => accepted.len(),
        _ => 0,
    }
}
