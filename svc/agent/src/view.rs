//! What this agent is and runs, as Mesos shows it. A command task stands for an executor of its own, which has its id.

mod container;
mod executor;
mod framework;

use std::time::{SystemTime, UNIX_EPOCH};

use core_agent::{Key, Phase, Task};
use model_resources::{Resources, Role};
use wire_mesos::{
    cluster::{status_to_wire, task_details},
    resource::{Format, all_to_wire, attributes_to_wire},
    v1::{self, agent::response},
};

use crate::{Options, access::Viewer};

pub(crate) use container::{containers, guests, nested_containers, statistics_of};
pub(crate) use executor::{Executor, executors};
pub(crate) use framework::{by_framework, frameworks};

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

/// What executors and tasks use that are not over.
pub(crate) fn used(state: &core_agent::Agent) -> Resources {
    let mut used: Resources = state
        .executors()
        .map(|(_, executor)| executor.spec.resources.clone())
        .sum();
    for (_, task) in state.tasks().filter(|(_, task)| task.phase != Phase::Ended) {
        used += &task.spec.resources;
    }
    used
}

/// The role that a task's resources are reserved for; an agent is told no other.
pub(crate) fn role(task: &Task) -> Role {
    let reserved = task.spec.resources.iter().find_map(|resource| resource.reserved_role());
    reserved.cloned().unwrap_or_else(Role::any)
}

/// The agent's id; an empty one before it has joined.
fn agent_id(state: &core_agent::Agent) -> v1::AgentId {
    let id = state.agent_id();
    v1::AgentId {
        value: id.map(ToString::to_string).unwrap_or_default(),
    }
}

/// A task in the v1 API.
pub(crate) fn task_to_wire(state: &core_agent::Agent, key: &Key, task: &Task) -> v1::Task {
    let details = task_details(&task.spec);
    let last = task.last.as_ref();
    v1::Task {
        name: task.spec.name.clone(),
        task_id: v1::TaskId {
            value: key.task_id.to_string(),
        },
        framework_id: v1::FrameworkId {
            value: key.framework_id.to_string(),
        },
        executor_id: task.spec.executor.as_ref().map(|executor| v1::ExecutorId {
            value: executor.executor_id.to_string(),
        }),
        agent_id: agent_id(state),
        state: task.state() as i32,
        resources: all_to_wire(
            &task.spec.resources.clone().allocated(&role(task)),
            Format::PostRefinement,
        ),
        statuses: task
            .statuses()
            .map(|status| status_to_wire(status, state.agent_id()))
            .collect(),
        status_update_state: last.map(|status| status.state as i32),
        status_update_uuid: last.and_then(|status| Some(status.uuid?.as_bytes().to_vec())),
        labels: details.labels,
        discovery: details.discovery,
        container: details.container,
        health_check: details.health_check,
        kill_policy: details.kill_policy,
        user: task.spec.command.user.clone(),
        ..Default::default()
    }
}

/// The tasks in the v1 API that a viewer may see. What is over and acknowledged is not remembered.
pub(crate) fn tasks(state: &core_agent::Agent, viewer: &Viewer) -> response::GetTasks {
    let those = |wanted: fn(&Task) -> bool| -> Vec<v1::Task> {
        let tasks = state.tasks().filter(|(_, task)| wanted(task) && viewer.task(task));
        tasks.map(|(key, task)| task_to_wire(state, key, task)).collect()
    };
    response::GetTasks {
        queued_tasks: those(Task::is_queued),
        launched_tasks: those(|task| !task.is_queued() && !task.is_over()),
        terminated_tasks: those(Task::is_over),
        ..Default::default()
    }
}

/// The agent itself in the v1 API.
pub(crate) fn info(state: &core_agent::Agent, options: &Options, viewer: &Viewer) -> v1::AgentInfo {
    let spec = &options.spec;
    v1::AgentInfo {
        hostname: spec.hostname.clone(),
        port: Some(i32::from(spec.port)),
        resources: all_to_wire(&viewer.resources(&spec.resources), Format::PostRefinement),
        attributes: attributes_to_wire(&spec.attributes),
        id: state.agent_id().map(|_| agent_id(state)),
        domain: spec.domain.as_ref().map(|domain| v1::DomainInfo {
            fault_domain: Some(v1::domain_info::FaultDomain {
                region: v1::domain_info::fault_domain::RegionInfo {
                    name: domain.region.clone(),
                },
                zone: v1::domain_info::fault_domain::ZoneInfo {
                    name: domain.zone.clone(),
                },
            }),
        }),
    }
}
