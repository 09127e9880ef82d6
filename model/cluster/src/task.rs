use base_ids::TaskId;
use minicbor::{Decode, Encode};
use model_resources::Resources;

use crate::{Env, ExecutorSpec, HealthCheck, Labels};

/// What a framework wants to run (`TaskInfo`), as far as any scheduler of ours or a foreign one can say it.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TaskSpec {
    /// Unique within the framework.
    #[n(0)]
    pub task_id: TaskId,
    /// For people and DNS.
    #[n(1)]
    pub name: String,
    /// What it uses, with the very ports it was given.
    #[n(2)]
    pub resources: Resources,
    /// What runs.
    #[n(3)]
    pub command: Command,
    /// Its health check.
    #[n(4)]
    pub health_check: Option<Box<HealthCheck>>,
    /// From SIGTERM to SIGKILL, in milliseconds; the agent's default if not given.
    #[n(5)]
    pub kill_grace_ms: Option<u64>,
    /// Free labels.
    #[n(6)]
    pub labels: Labels,
    /// How others find it.
    #[n(7)]
    pub discovery: Option<Box<Discovery>>,
    /// Opaque bytes for a custom executor.
    #[n(8)]
    #[cbor(with = "minicbor::bytes")]
    pub data: Option<Vec<u8>>,
    /// Who runs it; without one, the agent itself runs its command.
    #[n(9)]
    pub executor: Option<Box<ExecutorSpec>>,
    /// All tasks that are launched together with this one, itself among them and in the framework's order; empty for one
    /// that is launched by itself.
    #[n(10)]
    pub group: Vec<TaskId>,
    /// How long it may run before it is ended as failed, in milliseconds (`max_completion_time`).
    #[n(11)]
    pub max_run_ms: Option<u64>,
}

/// A command (`CommandInfo`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Command {
    /// What is executed.
    #[n(0)]
    pub program: Program,
    /// Added to the environment that the agent builds; later entries win.
    #[n(1)]
    pub env: Env,
    /// Runs as this user; the framework's if not given.
    #[n(2)]
    pub user: Option<String>,
    /// Fetched into the sandbox before the start.
    #[n(3)]
    pub uris: Vec<Uri>,
}

/// The two forms of a command.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Program {
    /// Given to `/bin/sh -c`.
    #[n(0)]
    Shell(#[n(0)] String),
    /// Executed as it is; the first is the file, looked up in PATH unless it has a slash.
    #[n(1)]
    Exec(#[n(0)] Vec<String>),
    /// Nothing: the task's executor knows what to do.
    #[n(2)]
    Absent,
}

/// Something to fetch (`CommandInfo.URI`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Uri {
    /// Where from.
    #[n(0)]
    pub value: String,
    /// Made executable (then never extracted).
    #[n(1)]
    pub executable: bool,
    /// Unpacked if it is an archive.
    #[n(2)]
    pub extract: bool,
    /// Kept in the agent's cache.
    #[n(3)]
    pub cache: bool,
    /// Its name in the sandbox; the last part of `value` if not given.
    #[n(4)]
    pub output_file: Option<String>,
}

/// How others find a task (`DiscoveryInfo`).
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Discovery {
    /// The name; the task's own if not given.
    #[n(0)]
    pub name: Option<String>,
    /// 0 framework, 1 cluster, 2 external: Mesos' numbers.
    #[n(1)]
    pub visibility: u8,
    /// Named ports.
    #[n(2)]
    pub ports: Vec<DiscoveryPort>,
    /// Free labels.
    #[n(3)]
    pub labels: Labels,
}

/// A port that others find.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DiscoveryPort {
    /// The number on the agent (host network) or in the container.
    #[n(0)]
    pub number: u16,
    /// Its name.
    #[n(1)]
    pub name: Option<String>,
    /// `tcp` or `udp`.
    #[n(2)]
    pub protocol: Option<String>,
    /// Free labels (`VIP_0` lives here).
    #[n(3)]
    pub labels: Labels,
}
