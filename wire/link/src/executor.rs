use base_ids::{ExecutorId, FrameworkId};
use minicbor::{Decode, Encode};

use crate::Origin;

/// An executor that an agent has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct ExecutorReport {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The executor.
    #[n(1)]
    pub executor_id: ExecutorId,
    /// Where the launch of its first task was in the journal that ordered it.
    #[n(2)]
    #[cbor(default)]
    pub origin: Origin,
}

/// The end of an executor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct ExecutorExit {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The executor.
    #[n(1)]
    pub executor_id: ExecutorId,
    /// How its process ended, as `wait` tells it: the exit code in the second byte, or the signal in the first. -1 if nobody
    /// saw it.
    #[n(2)]
    pub status: i32,
}

/// What a scheduler and an executor say to each other, to be passed on as it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExecutorMessage {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The executor.
    #[n(1)]
    pub executor_id: ExecutorId,
    /// Opaque to all but the two.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Vec<u8>,
}

/// The order to end an executor and all of its tasks. Repeated until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ShutdownExecutor {
    /// The framework.
    #[n(0)]
    pub framework_id: FrameworkId,
    /// The executor.
    #[n(1)]
    pub executor_id: ExecutorId,
    /// The leadership that gives the order.
    #[n(2)]
    pub epoch: u64,
}
