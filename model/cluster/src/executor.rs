use base_ids::ExecutorId;
use minicbor::{Decode, Encode};
use model_resources::Resources;

use crate::{Command, Discovery, Label};

/// What runs the tasks of a framework on one agent (`ExecutorInfo`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ExecutorSpec {
    /// Unique within the framework on one agent.
    #[n(0)]
    pub executor_id: ExecutorId,
    /// Whose program it is.
    #[n(1)]
    pub kind: ExecutorKind,
    /// How it is started; only a custom one has it.
    #[n(2)]
    pub command: Option<Command>,
    /// What it uses beside its tasks.
    #[n(3)]
    pub resources: Resources,
    /// From its SHUTDOWN to its end by force, in milliseconds; the agent's default if not given.
    #[n(4)]
    pub shutdown_grace_ms: Option<u64>,
    /// For people.
    #[n(5)]
    pub name: Option<String>,
    /// Where it comes from, for people.
    #[n(6)]
    pub source: Option<String>,
    /// Opaque bytes for it.
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Option<Vec<u8>>,
    /// Free labels.
    #[n(8)]
    pub labels: Vec<Label>,
    /// How others find it.
    #[n(9)]
    pub discovery: Option<Discovery>,
}

/// Whose program an executor is (`ExecutorInfo.Type`). The discriminants are Mesos' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ExecutorKind {
    /// The agent's own, for groups of tasks.
    #[n(1)]
    Default = 1,
    /// The framework's.
    #[n(2)]
    Custom = 2,
}
