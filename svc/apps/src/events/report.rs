use std::collections::BTreeMap;
use std::sync::Arc;

use core_control::Control;
use io_engine::Committed;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tracing::warn;

use super::facts::Reporter;
use crate::Edge;

/// Reports committed facts while somebody listens.
///
/// A fact names an instance, an event of Marathon also its host and version. So the reporter follows the facts on its own
/// copy of the scheduler's state, in the order in which they were committed; most of the copy is shared memory.
pub(crate) async fn report(edge: Edge) {
    loop {
        edge.hub.heard().await;
        let facts = edge.handle.events();
        let Ok(snapshot) = edge.state().await else { return };
        let seen = (snapshot.index, snapshot.at);
        let reporter = Reporter {
            apps: snapshot.state.apps.clone(),
            master: edge.options.master.clone(),
            originals: BTreeMap::new(),
        };
        drop(snapshot);
        edge.hub.go_live();
        if !follow(&edge, facts, seen, reporter).await {
            return;
        }
    }
}

/// Follows until nobody listens; `false` once the engine is gone.
async fn follow(
    edge: &Edge,
    mut facts: Receiver<Arc<Committed<Control>>>,
    seen: (u64, base_clock::Timestamp),
    mut reporter: Reporter,
) -> bool {
    loop {
        match facts.recv().await {
            Ok(batch) if (batch.index, batch.at) <= seen => {}
            Ok(batch) => {
                for fact in &batch.events {
                    reporter.report(batch.at, fact, &mut |event| {
                        edge.tallies.event_bytes.add(edge.hub.publish(&event));
                    });
                }
            }
            Err(RecvError::Lagged(batches)) => {
                warn!(batches, "the event stream fell behind; its listeners are cut off");
                edge.hub.cut_all();
                return true;
            }
            Err(RecvError::Closed) => return false,
        }
        if edge.hub.rest_if_quiet() {
            return true;
        }
    }
}
