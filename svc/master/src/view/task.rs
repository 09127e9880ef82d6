use core_master::{Framework, Seen, Task};
use model_cluster::TaskState;
use wire_mesos::{
    cluster::{rare_details, status_to_wire, task_details},
    json::Json,
    resource::{Format, all_to_wire},
    state, v1,
};

/// In which of three lists a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// It is not over.
    Live,
    /// Its agent is unreachable.
    Unreachable,
    /// It is over.
    Completed,
}

/// In which list a task stands.
pub(crate) fn kind_of(task: &Task) -> Kind {
    match task.state() {
        TaskState::Unreachable => Kind::Unreachable,
        state if state.is_terminal() => Kind::Completed,
        _ => Kind::Live,
    }
}

/// The tasks of a framework that are over and acknowledged, oldest first.
pub(crate) fn completed_tasks(framework: &Framework) -> impl Iterator<Item = &Task> {
    framework.completed.iter().map(AsRef::as_ref)
}

/// A task in the older JSON. A task with a command of its own has no executor that the master knows.
pub(crate) fn task_to_json<'a>(framework_id: &'a str, task: &'a Task) -> state::Task<'a> {
    let details = rare_details(&task.spec);
    let executor = task.spec.executor.as_ref();
    let statuses = task.seen.iter().map(|seen| state::TaskStatus {
        state: seen.state.name(),
        timestamp: seen.at.as_secs_f64(),
        healthy: seen.healthy,
        ..state::TaskStatus::default()
    });
    state::Task {
        id: task.spec.task_id.as_str(),
        name: &task.spec.name,
        framework_id,
        executor_id: executor.map_or("", |executor| executor.executor_id.as_str()),
        slave_id: task.agent_id.as_str(),
        state: task.state().name(),
        resources: (&task.spec.resources).into(),
        limits: Default::default(),
        role: task.role.as_str(),
        statuses: statuses.collect(),
        user: task.spec.command.user.as_deref(),
        labels: (!task.spec.labels.is_empty()).then(|| state::TaskLabels(task.spec.labels.clone())),
        discovery: details.discovery.map(Json),
        container: details.container.map(Json),
        health_check: details.health_check.map(Json),
    }
}

/// A task in the v1 API.
pub(crate) fn task_to_wire(framework_id: &str, task: &Task) -> v1::Task {
    let details = task_details(&task.spec);
    let last = task.seen.last();
    v1::Task {
        name: task.spec.name.clone(),
        task_id: v1::TaskId {
            value: task.spec.task_id.to_string(),
        },
        framework_id: v1::FrameworkId {
            value: framework_id.to_owned(),
        },
        executor_id: task.spec.executor.as_ref().map(|executor| v1::ExecutorId {
            value: executor.executor_id.to_string(),
        }),
        agent_id: v1::AgentId {
            value: task.agent_id.to_string(),
        },
        state: task.state() as i32,
        resources: all_to_wire(
            &task.spec.resources.clone().allocated(&task.role),
            Format::PostRefinement,
        ),
        statuses: task.seen.iter().map(|seen| seen_to_wire(task, seen)).collect(),
        status_update_state: last.map(|seen| seen.state as i32),
        status_update_uuid: last.and_then(|seen| Some(seen.uuid?.as_bytes().to_vec())),
        labels: details.labels,
        discovery: details.discovery,
        container: details.container,
        health_check: details.health_check,
        kill_policy: details.kill_policy,
        user: task.spec.command.user.clone(),
        limits: Default::default(),
    }
}

/// A status of a task: the latest in full, but for its data; of earlier ones only what is remembered.
fn seen_to_wire(task: &Task, seen: &Seen) -> v1::TaskStatus {
    if seen.uuid == task.status.uuid && seen.state == task.status.state {
        let mut status = status_to_wire(&task.status, Some(&task.agent_id));
        status.data = None;
        return status;
    }
    v1::TaskStatus {
        task_id: v1::TaskId {
            value: task.spec.task_id.to_string(),
        },
        state: seen.state as i32,
        agent_id: Some(v1::AgentId {
            value: task.agent_id.to_string(),
        }),
        timestamp: Some(seen.at.as_secs_f64()),
        uuid: seen.uuid.map(|uuid| uuid.as_bytes().to_vec()),
        healthy: seen.healthy,
        ..Default::default()
    }
}
