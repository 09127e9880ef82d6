use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::FrameworkId;
use imbl::OrdSet;
use minicbor::{Decode, Encode};
use model_cluster::FrameworkSpec;

use super::{History, Task};
use crate::{Face, Removal, codec};

/// How many tasks that are over are kept for each framework (Mesos' `--max_completed_tasks_per_framework`).
pub(crate) const COMPLETED_TASKS: usize = 1000;

/// A framework that is not history yet.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Framework {
    /// Its id.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// What it says of itself.
    #[cbor(n(1), with = "codec::arc")]
    pub spec: Arc<FrameworkSpec>,
    /// How it uses the pool.
    #[n(2)]
    pub face: Face,
    /// When it subscribed first.
    #[n(3)]
    pub registered_at: Timestamp,
    /// When its scheduler came back last.
    #[n(4)]
    pub reregistered_at: Option<Timestamp>,
    /// It has no scheduler, and is removed at this time.
    #[n(5)]
    pub deadline: Option<Timestamp>,
    /// It is removed and waits only for its tasks to end.
    #[n(6)]
    pub removed: Option<Removal>,
    /// Only an agent spoke of it so far; what it says of itself is unknown.
    #[n(7)]
    pub adopted: bool,
    /// Its latest tasks that are over and acknowledged.
    #[n(8)]
    pub completed: History<Task>,
    /// The slots of its other tasks. Follows from the tasks.
    #[cbor(skip)]
    pub tasks: OrdSet<u32>,
}

/// A framework that is history.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct CompletedFramework {
    /// As it was.
    #[n(0)]
    pub framework: Framework,
    /// When its last task was over.
    #[n(1)]
    pub at: Timestamp,
}
