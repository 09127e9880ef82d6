use std::sync::Arc;

use minicbor::{Decode, Encode};
use model_cluster::ExecutorSpec;
use model_resources::Role;

use crate::codec;

/// An executor on an agent, from its first task until its agent says that it is over. It uses its resources beside those of
/// its tasks.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Executor {
    /// What it is.
    #[cbor(n(0), with = "codec::arc")]
    pub spec: Arc<ExecutorSpec>,
    /// The role that its resources are counted for.
    #[n(1)]
    pub role: Role,
    /// Its framework wants its end.
    #[n(2)]
    pub shutdown: bool,
}
