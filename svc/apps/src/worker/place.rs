use std::{collections::BTreeSet, sync::Arc};

use base_ids::AppId;
use core_control::{Command, Control, Planner};
use futures::future::join_all;
use io_engine::Snapshot;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    launch::{self, BATCH, Wanted},
    submit::submit,
};
use crate::Edge;

/// Above this many agents times apps a plan is made on a thread of its own.
const LARGE: usize = 500;
/// How many apps one round takes at most.
const ROUND: usize = 1000;

/// Launches what has a place, and places apps in rounds: all that wait, on one snapshot. A round is committed to the pool
/// before the next one looks at it, so no room is given away twice.
pub(super) async fn run(edge: Edge, mut waiting: UnboundedReceiver<AppId>, mut wanted: UnboundedReceiver<Wanted>) {
    let (mut apps, mut launches, mut planner) = (Vec::new(), Vec::new(), Planner::default());
    loop {
        let going_on = tokio::select! {
            biased;
            n = wanted.recv_many(&mut launches, BATCH) => n > 0 && launch_all(&edge, &mut launches).await,
            n = waiting.recv_many(&mut apps, ROUND) => n > 0 && round(&edge, &mut planner, &mut apps).await,
        };
        if !going_on {
            return;
        }
    }
}

async fn launch_all(edge: &Edge, launches: &mut Vec<Wanted>) -> bool {
    let Ok(snapshot) = edge.state().await else { return false };
    launch::commit(edge, &snapshot.state, launches).await;
    launches.clear();
    true
}

/// One round; `false` once the engine is gone.
async fn round(edge: &Edge, planner: &mut Planner, apps: &mut Vec<AppId>) -> bool {
    let apps: BTreeSet<AppId> = apps.drain(..).collect();
    let Ok(snapshot) = edge.state().await else { return false };
    let commands = plan(edge, planner, snapshot, apps.into_iter().collect()).await;
    if commands.is_empty() {
        return true;
    }
    let outcomes = join_all(
        commands
            .iter()
            .map(|command| submit(&edge.handle, || Some(command.clone()))),
    )
    .await;
    let Ok(snapshot) = edge.state().await else { return false };
    let facts = outcomes.iter().flatten().flat_map(|outcome| &outcome.events);
    launch::commit(edge, &snapshot.state, &launch::placed(&snapshot.state, facts)).await;
    true
}

async fn plan(edge: &Edge, planner: &mut Planner, snapshot: Arc<Snapshot<Control>>, apps: Vec<AppId>) -> Vec<Command> {
    let options = edge.options.clone();
    let large = snapshot.state.master.agents().count().saturating_mul(apps.len()) > LARGE;
    let mut own = std::mem::take(planner);
    let now = edge.now(snapshot.at);
    let place = move || {
        let commands = own.place(&snapshot.state, &options.config, now, &apps);
        (own, commands)
    };
    let placed = if large {
        tokio::task::spawn_blocking(place).await
    } else {
        Ok(place())
    };
    match placed {
        Ok((own, commands)) => {
            *planner = own;
            commands
        }
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
