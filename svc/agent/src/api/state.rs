//! `/state` of an agent, as `src/slave/http.cpp` of Mesos 1.11 writes it.

use std::collections::BTreeMap;

use core_agent::{Key, Phase, Task};
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use model_resources::Resources;
use serde_json::{Value, json};
use wire_mesos::{
    cluster::task_details,
    json::Json,
    resource::{Format, all_to_wire},
    state::{self, Attributes, ResourceSummary, TaskStatus, Version},
    v1,
};

use super::Agent;
use crate::{flags, sandboxes, view};

/// What this agent is and runs.
pub(super) async fn show(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    let state = &snapshot.state;
    let (options, used) = (&agent.options, view::used(state));
    let spec = &options.spec;
    let flags: BTreeMap<_, _> = flags::all(options).into_iter().collect();
    let frameworks = view::by_framework(state).into_iter();
    let mut shown = json!({
        "start_time": view::now() - agent.started.elapsed().as_secs_f64(),
        "id": state.agent_id().map(|id| id.as_str()).unwrap_or_default(),
        "pid": format!("slave(1)@{}:{}", spec.ip, spec.port),
        "hostname": spec.hostname,
        "capabilities": ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"],
        "resources": ResourceSummary::from(&spec.resources),
        "reserved_resources": reserved(&spec.resources),
        "unreserved_resources": ResourceSummary::from(spec.resources.unreserved()),
        "reserved_resources_full": reserved_in_full(&spec.resources),
        "unreserved_resources_full": in_full(&spec.resources.unreserved()),
        "reserved_resources_allocated": reserved(&used),
        "unreserved_resources_allocated": ResourceSummary::from(used.unreserved()),
        "resource_providers": [],
        "attributes": Attributes::from(&spec.attributes),
        "flags": flags,
        "frameworks": frameworks.map(|(id, tasks)| framework(&agent, state, id.as_str(), &tasks)).collect::<Vec<_>>(),
        "completed_frameworks": [],
    });
    if let (Value::Object(all), Value::Object(version)) = (&mut shown, json!(Version::default())) {
        all.extend(version);
    }
    if let Some(domain) = view::info(state, options).domain {
        shown["domain"] = json!(Json(domain));
    }
    if let Some(master) = options.masters.first() {
        shown["master_hostname"] = json!(master.ip().to_string());
    }
    Ok(jsonp.answer(&shown))
}

fn reserved(resources: &Resources) -> Value {
    let by_role = resources.by_reservation().into_iter();
    let summaries: BTreeMap<_, _> = by_role
        .map(|(role, resources)| (role.to_string(), ResourceSummary::from(resources)))
        .collect();
    json!(summaries)
}

fn reserved_in_full(resources: &Resources) -> Value {
    let by_role = resources.by_reservation().into_iter();
    let full: BTreeMap<_, _> = by_role
        .map(|(role, resources)| (role.to_string(), in_full(&resources)))
        .collect();
    json!(full)
}

fn in_full(resources: &Resources) -> Vec<Json<v1::Resource>> {
    all_to_wire(resources, Format::Endpoint).into_iter().map(Json).collect()
}

/// A framework with tasks here, of which an agent knows little more than the id.
fn framework(agent: &Agent, state: &core_agent::Agent, id: &str, tasks: &[(&Key, &Task)]) -> Value {
    json!({
        "id": id,
        "name": "",
        "user": tasks.first().map(|(_, task)| task.default_user.as_str()).unwrap_or_default(),
        "failover_timeout": 0.0,
        "checkpoint": true,
        "hostname": "",
        "role": "*",
        "executors": tasks.iter().map(|(key, task)| executor(agent, state, key, task)).collect::<Vec<_>>(),
        "completed_executors": [],
    })
}

/// The executor that a command task stands for.
fn executor(agent: &Agent, state: &core_agent::Agent, key: &Key, task: &Task) -> Value {
    let directory = state
        .agent_id()
        .map(|agent_id| sandboxes::path(&agent.options.dir, state, agent_id, key, task));
    let tasks = |phases: &[Phase]| -> Vec<state::Task<'_>> {
        let shown = phases.contains(&task.phase);
        shown.then(|| task_to_json(state, key, task)).into_iter().collect()
    };
    json!({
        "id": key.task_id.as_str(),
        "name": view::executor_name(task),
        "source": key.task_id.as_str(),
        "container": task.container_id.as_str(),
        "directory": directory.unwrap_or_default().to_string_lossy(),
        "resources": ResourceSummary::from(&task.spec.resources),
        "role": view::role(task).as_str(),
        "tasks": tasks(&[Phase::Running]),
        "queued_tasks": tasks(&[Phase::Accepted]),
        "completed_tasks": tasks(&[Phase::Ended]),
    })
}

fn task_to_json<'a>(state: &'a core_agent::Agent, key: &'a Key, task: &'a Task) -> state::Task<'a> {
    let details = task_details(&task.spec);
    let reserved = task.spec.resources.iter().find_map(|resource| resource.reserved_role());
    state::Task {
        id: key.task_id.as_str(),
        name: &task.spec.name,
        framework_id: key.framework_id.as_str(),
        executor_id: "",
        slave_id: state.agent_id().map(|id| id.as_str()).unwrap_or_default(),
        state: view::state_of(task).name(),
        resources: (&task.spec.resources).into(),
        limits: BTreeMap::new(),
        role: reserved.map_or("*", |role| role.as_str()),
        statuses: task
            .unacked
            .iter()
            .map(|status| TaskStatus {
                state: status.state.name(),
                timestamp: status.at.as_secs_f64(),
                healthy: status.healthy,
                ..TaskStatus::default()
            })
            .collect(),
        user: task.spec.command.user.as_deref(),
        labels: details
            .labels
            .map(|labels| labels.labels.into_iter().map(Json).collect()),
        discovery: details.discovery.map(Json),
        container: details.container.map(Json),
        health_check: details.health_check.map(Json),
    }
}
