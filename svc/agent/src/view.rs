//! What this agent is and runs, as Mesos shows it. A command task stands for an executor of its own, which has its id.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use base_ids::FrameworkId;
use core_agent::{Key, Phase, Task};
use io_runtime::Stats;
use model_cluster::{Program, TaskState};
use model_resources::{Resources, Role};
use wire_mesos::{
    cluster::{status_to_wire, task_details, task_to_wire as info_to_wire},
    resource::{Format, all_to_wire, attributes_to_wire},
    v1::{self, agent::response},
};

use crate::Options;

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

/// The tasks of each framework.
pub(crate) fn by_framework(state: &core_agent::Agent) -> BTreeMap<&FrameworkId, Vec<(&Key, &Task)>> {
    let mut frameworks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (key, task) in state.tasks() {
        frameworks.entry(&key.framework_id).or_default().push((key, task));
    }
    frameworks
}

/// A task's state.
pub(crate) fn state_of(task: &Task) -> TaskState {
    match (task.phase, task.unacked.back()) {
        (Phase::Ended, Some(last)) => last.state,
        (Phase::Accepted, _) => TaskState::Staging,
        _ => TaskState::Running,
    }
}

/// What all tasks use that are not over.
pub(crate) fn used(state: &core_agent::Agent) -> Resources {
    let mut used = Resources::new();
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

/// The name of the executor that a command task stands for.
pub(crate) fn executor_name(task: &Task) -> String {
    let command = match &task.spec.command.program {
        Program::Shell(text) => format!("sh -c '{text}'"),
        Program::Exec(argv) => argv.join(" "),
        Program::Absent => String::new(),
    };
    format!("Command Executor (Task: {}) (Command: {command})", task.spec.task_id)
}

fn framework_id(key: &Key) -> v1::FrameworkId {
    v1::FrameworkId {
        value: key.framework_id.to_string(),
    }
}

fn executor_id(key: &Key) -> v1::ExecutorId {
    v1::ExecutorId {
        value: key.task_id.to_string(),
    }
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
    let last = task.unacked.back();
    v1::Task {
        name: task.spec.name.clone(),
        task_id: v1::TaskId {
            value: key.task_id.to_string(),
        },
        framework_id: framework_id(key),
        agent_id: agent_id(state),
        state: state_of(task) as i32,
        resources: all_to_wire(
            &task.spec.resources.clone().allocated(&role(task)),
            Format::PostRefinement,
        ),
        statuses: task
            .unacked
            .iter()
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

/// All tasks in the v1 API. What is over and acknowledged is not remembered.
pub(crate) fn tasks(state: &core_agent::Agent) -> response::GetTasks {
    let in_phase = |phase: Phase| -> Vec<v1::Task> {
        let tasks = state.tasks().filter(|(_, task)| task.phase == phase);
        tasks.map(|(key, task)| task_to_wire(state, key, task)).collect()
    };
    response::GetTasks {
        queued_tasks: in_phase(Phase::Accepted),
        launched_tasks: in_phase(Phase::Running),
        terminated_tasks: in_phase(Phase::Ended),
        ..Default::default()
    }
}

/// All executors in the v1 API.
pub(crate) fn executors(state: &core_agent::Agent) -> response::GetExecutors {
    let running = state.tasks().filter(|(_, task)| task.phase != Phase::Ended);
    let executor = |(key, task): (&Key, &Task)| response::get_executors::Executor {
        executor_info: v1::ExecutorInfo {
            executor_id: executor_id(key),
            framework_id: Some(framework_id(key)),
            command: state
                .agent_id()
                .and_then(|agent_id| info_to_wire(&task.spec, agent_id).command),
            resources: all_to_wire(&task.spec.resources, Format::PostRefinement),
            name: Some(executor_name(task)),
            source: Some(key.task_id.to_string()),
            ..Default::default()
        },
    };
    response::GetExecutors {
        executors: running.map(executor).collect(),
        completed_executors: Vec::new(),
    }
}

/// All frameworks in the v1 API. An agent is told no more of them than their id and user.
pub(crate) fn frameworks(state: &core_agent::Agent) -> response::GetFrameworks {
    let framework = |(id, tasks): (&FrameworkId, Vec<(&Key, &Task)>)| response::get_frameworks::Framework {
        framework_info: v1::FrameworkInfo {
            user: tasks
                .first()
                .map(|(_, task)| task.default_user.clone())
                .unwrap_or_default(),
            id: Some(v1::FrameworkId { value: id.to_string() }),
            ..Default::default()
        },
    };
    response::GetFrameworks {
        frameworks: by_framework(state).into_iter().map(framework).collect(),
        completed_frameworks: Vec::new(),
    }
}

/// The agent itself in the v1 API.
pub(crate) fn info(state: &core_agent::Agent, options: &Options) -> v1::AgentInfo {
    let spec = &options.spec;
    v1::AgentInfo {
        hostname: spec.hostname.clone(),
        port: Some(i32::from(spec.port)),
        resources: all_to_wire(&spec.resources, Format::PostRefinement),
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

/// What a container uses.
pub(crate) fn statistics(stats: &Stats) -> v1::ResourceStatistics {
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    v1::ResourceStatistics {
        timestamp: now(),
        processes: stats.pids.map(small),
        cpus_user_time_secs: Some(stats.cpu_user_secs),
        cpus_system_time_secs: Some(stats.cpu_system_secs),
        cpus_limit: stats.cpus_limit,
        cpus_nr_periods: stats.cpu_periods.map(small),
        cpus_nr_throttled: stats.cpu_throttled_periods.map(small),
        cpus_throttled_time_secs: stats.cpu_throttled_secs,
        mem_total_bytes: stats.memory_total_bytes,
        mem_limit_bytes: stats.memory_limit_bytes,
        mem_cache_bytes: stats.memory_cache_bytes,
        mem_rss_bytes: Some(stats.memory_rss_bytes),
        ..Default::default()
    }
}

/// A container that runs, with its task.
pub(crate) fn containers<'a>(
    state: &'a core_agent::Agent,
    runtime: &'a io_runtime::Runtime,
) -> impl Iterator<Item = (&'a Key, &'a Task, Option<v1::ResourceStatistics>)> {
    let running = state
        .tasks()
        .filter(|(_, task)| task.phase == Phase::Running && !task.is_custom());
    running.map(|(key, task)| {
        let stats = runtime.stats(task.container_id.as_str());
        (key, task, stats.ok().map(|stats| statistics(&stats)))
    })
}

/// The status of a container.
pub(crate) fn container_status(task: &Task) -> v1::ContainerStatus {
    v1::ContainerStatus {
        container_id: Some(container_id(task)),
        ..Default::default()
    }
}

pub(crate) fn container_id(task: &Task) -> v1::ContainerId {
    v1::ContainerId {
        value: task.container_id.to_string(),
        parent: None,
    }
}

/// A container in the v1 API.
pub(crate) fn container_to_wire(
    key: &Key,
    task: &Task,
    statistics: Option<v1::ResourceStatistics>,
) -> response::get_containers::Container {
    response::get_containers::Container {
        framework_id: Some(framework_id(key)),
        executor_id: Some(executor_id(key)),
        executor_name: Some(executor_name(task)),
        container_id: container_id(task),
        container_status: Some(container_status(task)),
        resource_statistics: statistics,
    }
}
