use std::{collections::BTreeSet, sync::Arc};

use base_ids::AppId;
use core_control::{Command, Control, follow};
use futures::future::join_all;
use io_engine::Snapshot;
use tokio::sync::mpsc::UnboundedReceiver;

use super::submit::submit;
use crate::Edge;

/// Above this many agents times apps a plan is made on a thread of its own.
const LARGE: usize = 500;
/// How many apps one round takes at most.
const ROUND: usize = 1000;

/// Places apps in rounds: all that wait, on one snapshot. The next round begins when the last one is journalled, so no app
/// is ever placed twice at a time.
pub(super) async fn run(edge: Edge, mut waiting: UnboundedReceiver<AppId>) {
    let mut asked = Vec::new();
    while waiting.recv_many(&mut asked, ROUND).await > 0 {
        let apps: BTreeSet<AppId> = asked.drain(..).collect();
        let Ok(snapshot) = edge.state().await else { return };
        let commands = plan(&edge, snapshot, apps.into_iter().collect()).await;
        join_all(commands.into_iter().map(|command| submit(&edge.handle, command))).await;
    }
}

async fn plan(edge: &Edge, snapshot: Arc<Snapshot<Control>>, apps: Vec<AppId>) -> Vec<Command> {
    let options = edge.options.clone();
    let large = snapshot.state.master.agents().count().saturating_mul(apps.len()) > LARGE;
    let place = move || follow::place(&snapshot.state, &options.config, &apps);
    if !large {
        return place();
    }
    match tokio::task::spawn_blocking(place).await {
        Ok(commands) => commands,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
