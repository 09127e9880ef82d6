use std::sync::Arc;

use core_control::follow;
use tokio::sync::Notify;

use super::submit::submit;
use crate::Edge;

/// Subscribes to the pool, which then repeats what was not acknowledged, asks for the state of every task, and gives again
/// what was ordered before.
pub(super) async fn register(edge: &Edge) {
    if submit(&edge.handle, || Some(follow::subscribe())).await.is_some() {
        submit(&edge.handle, || Some(follow::reconcile())).await;
        submit(&edge.handle, || Some(follow::resume())).await;
    }
}

/// Subscribes again whenever the soft state was lost.
pub(super) async fn keep(edge: Edge, lost: Arc<Notify>) {
    loop {
        lost.notified().await;
        register(&edge).await;
    }
}
