//! The containers of one node. They outlive the agent that started them, as processes under a shim do.

use std::collections::BTreeMap;

use base_ids::ContainerId;
use core_agent::{Exit, Key};
use model_cluster::TaskSpec;

/// A container that was started.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) key: Key,
    pub(crate) spec: TaskSpec,
    pub(crate) status: Status,
    /// When a kill ends it, in microseconds.
    pub(crate) dies_at: Option<u64>,
    /// It does not react to SIGTERM.
    pub(crate) stubborn: bool,
    /// Its health check fails until then, in microseconds.
    pub(crate) healthy_from: u64,
}

/// What a container is doing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    Running,
    Exited(Exit),
    /// Its shim was killed, and the container with it.
    Lost,
}

impl Container {
    pub(crate) fn is_running(&self) -> bool {
        self.status == Status::Running
    }

    /// What a waiting agent is told of the end.
    pub(crate) fn end(&self) -> Option<Exit> {
        match &self.status {
            Status::Running => None,
            Status::Exited(exit) => Some(exit.clone()),
            Status::Lost => Some(Exit::Vanished(
                "the task's supervisor is gone, and the task with it".into(),
            )),
        }
    }
}

/// All containers of a node.
#[derive(Debug, Default)]
pub(crate) struct Runtime {
    pub(crate) containers: BTreeMap<ContainerId, Container>,
}

impl Runtime {
    /// Those that run, with their ids.
    pub(crate) fn running(&self) -> impl Iterator<Item = (&ContainerId, &Container)> {
        self.containers.iter().filter(|(_, container)| container.is_running())
    }
}
