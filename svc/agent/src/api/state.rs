//! `/state` of an agent, as `src/slave/http.cpp` of Mesos 1.11 writes it.

use std::{collections::BTreeMap, path::Path};

use core_agent::{Key, Task};
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use model_resources::{Resources, Role};
use serde_json::{Value, json};
use wire_mesos::{
    cluster::task_details,
    json::Json,
    resource::{Format, all_to_wire},
    state::{self, Attributes, ResourceSummary, TaskLabels, TaskStatus, Version},
    v1,
};

use super::Agent;
use crate::{
    access::{Caller, Viewer},
    flags,
    view::{self, Executor},
    volumes,
};

/// What this agent is and runs.
pub(super) async fn show(
    State(agent): State<Agent>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let viewer = Viewer::of(&caller);
    let snapshot = agent.snapshot().await?;
    let state = &snapshot.state;
    let (options, used) = (&agent.options, view::used(state));
    let spec = &options.spec;
    let total = spec.resources.with_checkpointed(&state.made());
    let total = total.unwrap_or_else(|_| spec.resources.clone());
    let flags: BTreeMap<_, _> = flags::all(options).into_iter().collect();
    let frameworks = Executor::all(state).filter(|executor| viewer.framework(*executor));
    let frameworks = view::by_framework(frameworks).into_iter();
    let mut shown = json!({
        "start_time": view::now() - agent.started.elapsed().as_secs_f64(),
        "id": state.agent_id().map(|id| id.as_str()).unwrap_or_default(),
        "pid": format!("slave(1)@{}:{}", spec.ip, spec.port),
        "hostname": spec.hostname,
        "capabilities": ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"],
        "resources": ResourceSummary::from(&total),
        "reserved_resources": reserved(&total, &viewer),
        "unreserved_resources": ResourceSummary::from(total.unreserved()),
        "reserved_resources_full": reserved_in_full(&total, &viewer),
        "unreserved_resources_full": in_full(&total.unreserved()),
        "reserved_resources_allocated": reserved(&used, &viewer),
        "unreserved_resources_allocated": ResourceSummary::from(used.unreserved()),
        "resource_providers": [],
        "attributes": Attributes::from(&spec.attributes),
        "flags": flags,
        "frameworks": frameworks.map(|(id, executors)| framework(&agent, &viewer, state, (id.as_str(), &executors))).collect::<Vec<_>>(),
        "completed_frameworks": [],
    });
    if let (false, Value::Object(all)) = (viewer.flags(), &mut shown) {
        all.remove("flags");
    }
    if let (Value::Object(all), Value::Object(version)) = (&mut shown, json!(Version::default())) {
        all.extend(version);
    }
    if let Some(domain) = view::info(state, options, &viewer).domain {
        shown["domain"] = json!(Json(domain));
    }
    if !state.orphans().is_empty() {
        shown["orphaned_volumes"] = orphans(&options.dir, state);
    }
    if let Some(master) = options.masters.first() {
        shown["master_hostname"] = json!(master.ip().to_string());
    }
    Ok(jsonp.answer(&shown))
}

/// The volumes that the master does not know any more, and where their data is; not in Mesos.
fn orphans(dir: &Path, state: &core_agent::Agent) -> Value {
    let orphans = state.orphans().iter().map(|orphan| {
        json!({
            "role": orphan.birth.role.as_str(),
            "id": orphan.birth.id,
            "path": volumes::place(dir, orphan),
            "resource": in_full(&orphan.resource.clone().into()),
        })
    });
    json!(orphans.collect::<Vec<_>>())
}

fn reserved(resources: &Resources, viewer: &Viewer) -> Value {
    let by_role = resources.by_reservation().into_iter();
    let by_role = by_role.filter(|(role, _)| viewer.role(role.as_str()));
    let summaries: BTreeMap<_, _> = by_role
        .map(|(role, resources)| (role.to_string(), ResourceSummary::from(resources)))
        .collect();
    json!(summaries)
}

fn reserved_in_full(resources: &Resources, viewer: &Viewer) -> Value {
    let by_role = resources.by_reservation().into_iter();
    let by_role = by_role.filter(|(role, _)| viewer.role(role.as_str()));
    let full: BTreeMap<_, _> = by_role
        .map(|(role, resources)| (role.to_string(), in_full(&resources)))
        .collect();
    json!(full)
}

fn in_full(resources: &Resources) -> Vec<Json<v1::Resource>> {
    all_to_wire(resources, Format::Endpoint).into_iter().map(Json).collect()
}

/// A framework with executors here. An agent knows little more than the id of one that has none of its own.
fn framework(
    agent: &Agent,
    viewer: &Viewer,
    state: &core_agent::Agent,
    (id, executors): (&str, &[Executor<'_>]),
) -> Value {
    let seen = executors.iter().filter(|executor| viewer.executor(**executor));
    let spec = executors.iter().find_map(|executor| executor.framework());
    let seconds = spec.map_or(0.0, |spec| spec.failover_timeout_ms as f64 / 1000.0);
    let mut shown = json!({
        "id": id,
        "name": spec.map(|spec| spec.name.as_str()).unwrap_or_default(),
        "user": executors.first().map(|executor| executor.default_user()).unwrap_or_default(),
        "failover_timeout": seconds,
        "checkpoint": spec.is_none_or(|spec| spec.checkpoint),
        "hostname": spec.and_then(|spec| spec.hostname.as_deref()).unwrap_or_default(),
        "executors": seen.map(|known| executor(agent, viewer, state, *known)).collect::<Vec<_>>(),
        "completed_executors": [],
    });
    match spec.filter(|spec| spec.multi_role) {
        Some(spec) => shown["roles"] = json!(spec.roles.iter().map(Role::as_str).collect::<Vec<_>>()),
        None => {
            let role = spec.and_then(|spec| spec.roles.first());
            shown["role"] = json!(role.map_or("*", Role::as_str));
        }
    }
    shown
}

fn executor(agent: &Agent, viewer: &Viewer, state: &core_agent::Agent, executor: Executor<'_>) -> Value {
    let directory = executor.directory(&agent.options.dir, state);
    let all = executor.tasks(state);
    let tasks = |wanted: fn(&Task) -> bool| -> Vec<state::Task<'_>> {
        let shown = all.iter().filter(|(_, task)| wanted(task) && viewer.task(task));
        shown.map(|(key, task)| task_to_json(state, key, task)).collect()
    };
    let mut shown = json!({
        "id": executor.id(),
        "name": executor.name(),
        "source": executor.source(),
        "container": executor.container_id().as_str(),
        "directory": directory.unwrap_or_default().to_string_lossy(),
        "resources": ResourceSummary::from(executor.allocated(state)),
        "role": executor.role().as_str(),
        "tasks": tasks(|task| !task.is_queued() && !task.is_over()),
        "queued_tasks": tasks(Task::is_queued),
        "completed_tasks": tasks(Task::is_over),
    });
    if let Some(kind) = executor.kind() {
        shown["type"] = json!(kind);
    }
    shown
}

fn task_to_json<'a>(state: &'a core_agent::Agent, key: &'a Key, task: &'a Task) -> state::Task<'a> {
    let details = task_details(&task.spec);
    let reserved = task.spec.resources.iter().find_map(|resource| resource.reserved_role());
    state::Task {
        id: key.task_id.as_str(),
        name: &task.spec.name,
        framework_id: key.framework_id.as_str(),
        executor_id: task
            .spec
            .executor
            .as_ref()
            .map_or("", |executor| executor.executor_id.as_str()),
        slave_id: state.agent_id().map(|id| id.as_str()).unwrap_or_default(),
        state: task.state().name(),
        resources: (&task.spec.resources).into(),
        limits: BTreeMap::new(),
        role: reserved.map_or("*", |role| role.as_str()),
        statuses: task
            .statuses()
            .map(|status| TaskStatus {
                state: status.state.name(),
                timestamp: status.at.as_secs_f64(),
                healthy: status.healthy,
                ..TaskStatus::default()
            })
            .collect(),
        user: task.spec.command.user.as_deref(),
        labels: (!task.spec.labels.is_empty()).then(|| TaskLabels(task.spec.labels.clone())),
        discovery: details.discovery.map(Json),
        container: details.container.map(Json),
        health_check: details.health_check.map(Json),
    }
}
