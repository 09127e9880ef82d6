use std::sync::Arc;

use base_ids::AgentId;
use model_cluster::TaskStatus;
use tokio::sync::{Notify, mpsc};

/// What the pool tells the app scheduler. A clone is a pointer.
#[derive(Clone)]
pub struct Feed {
    statuses: mpsc::UnboundedSender<(Option<AgentId>, Arc<TaskStatus>)>,
    changed: Arc<Notify>,
}

/// The worker's end of [`Feed`].
pub struct Told {
    pub(crate) statuses: mpsc::UnboundedReceiver<(Option<AgentId>, Arc<TaskStatus>)>,
    pub(crate) changed: Arc<Notify>,
}

impl Feed {
    /// Both ends; the second one is for [`crate::Service::new`].
    pub fn new() -> (Self, Told) {
        let (statuses, receiver) = mpsc::unbounded_channel();
        let changed = Arc::new(Notify::new());
        (
            Self {
                statuses,
                changed: changed.clone(),
            },
            Told {
                statuses: receiver,
                changed,
            },
        )
    }

    /// What became of a task. The pool repeats it until the worker has acknowledged it.
    pub fn status(&self, agent_id: Option<AgentId>, status: Arc<TaskStatus>) {
        drop(self.statuses.send((agent_id, status)));
    }

    /// There may be more to give than before. Many calls in a row count as one.
    pub fn pool_changed(&self) {
        self.changed.notify_one();
    }
}
