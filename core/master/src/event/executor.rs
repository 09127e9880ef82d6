use std::sync::Arc;

use base_ids::{AgentId, ExecutorId, FrameworkId};
use minicbor::{Decode, Encode};
use model_cluster::ExecutorSpec;
use model_resources::{Resources, Role};

use crate::codec;

/// What became of an executor; all of it is hard.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum ExecutorEvent {
    /// It is on an agent, with the first of its tasks.
    #[n(0)]
    Launched {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        role: Role,
        #[cbor(n(3), with = "codec::arc")]
        executor: Arc<ExecutorSpec>,
    },
    /// Its framework wants its end.
    #[n(1)]
    Shutdown {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        executor_id: ExecutorId,
    },
    /// It is over, and what it used is free.
    #[n(2)]
    Exited {
        #[n(0)]
        framework_id: FrameworkId,
        #[n(1)]
        agent_id: AgentId,
        #[n(2)]
        executor_id: ExecutorId,
        #[n(3)]
        role: Role,
        #[n(4)]
        resources: Resources,
        /// As `wait` tells it; see `wire_link::ExecutorExit`.
        #[n(5)]
        status: i32,
    },
}
