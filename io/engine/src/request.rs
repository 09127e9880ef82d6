use std::sync::Arc;

use base_ids::Principal;
use core_machine::Machine;
use tokio::sync::oneshot;

use crate::{Failure, Outcome, Snapshot};

/// Where the answer to a command goes; nowhere for commands that follow from effects.
pub(crate) type Reply<M> = oneshot::Sender<Result<Outcome<M>, Failure<<M as Machine>::Reject>>>;

/// What waits in the writer's queue.
pub(crate) enum Request<M: Machine> {
    /// Decide a command.
    Submit(Principal, M::Command, Option<Reply<M>>),
    /// Give the state as it is after this batch.
    Read(oneshot::Sender<Arc<Snapshot<M>>>),
    /// Finish this batch and end.
    Stop,
}
