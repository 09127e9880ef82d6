use io_httpd::{HttpError, Json, State};
use serde_json::{Value, json};

use super::Agent;

/// What this agent is and runs.
pub(super) async fn show(State(agent): State<Agent>) -> Result<Json<Value>, HttpError> {
    let snapshot = agent.snapshot().await?;
    let state = &snapshot.state;
    let tasks: Vec<Value> = state
        .tasks()
        .map(|(key, task)| {
            json!({
                "id": key.task_id.as_str(),
                "framework_id": key.framework_id.as_str(),
                "container_id": task.container_id.as_str(),
                "phase": format!("{:?}", task.phase),
                "resources": task.spec.resources.to_string(),
                "unacknowledged_updates": task.unacked.len(),
            })
        })
        .collect();
    let spec = &agent.options.spec;
    Ok(Json(json!({
        "id": state.agent_id().map(|id| id.as_str()),
        "hostname": spec.hostname,
        "version": "1.11.0",
        "resources": spec.resources.to_string(),
        "attributes": spec.attributes.to_string(),
        "tasks": tasks,
    })))
}
