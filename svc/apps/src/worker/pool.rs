use std::sync::Arc;

use core_control::Command;
use tokio::sync::Notify;

use super::submit::submit;
use crate::Edge;

/// Says that the pool changed. While that is being decided, further changes wait and count as one.
pub(super) async fn run(edge: Edge, changed: Arc<Notify>) {
    loop {
        changed.notified().await;
        submit(&edge.handle, || Some(Command::Apps(core_apps::Command::PoolChanged))).await;
    }
}
