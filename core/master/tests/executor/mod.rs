//! Executors in a few words.

use base_ids::ExecutorId;
use model_cluster::{ExecutorKind, ExecutorSpec};

use crate::support::{stacked::stacked, task};

/// A framework's own executor.
pub fn executor(id: &str, resources: &str) -> ExecutorSpec {
    ExecutorSpec {
        executor_id: ExecutorId::from(id),
        kind: ExecutorKind::Custom,
        command: Some(task("t", "").command),
        resources: stacked(resources),
        shutdown_grace_ms: None,
        name: None,
        source: None,
        data: None,
        labels: Vec::new(),
        discovery: None,
    }
}
