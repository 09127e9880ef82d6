//! Files of sandboxes and the agent's log, as Mesos' `/files` serves them.

use base_fault::Class;
use base_ids::{FrameworkId, TaskId};
use core_agent::Key;
use core_authorizer::{Action, Object};
use io_files::{
    Shown,
    http::{self, Asked},
};
use io_httpd::{HttpError, Json, Path, Query, Response, State};
use serde_json::{Value, json};

use super::Agent;
use crate::{
    access::{Caller, may_read},
    sandboxes,
};

/// What is shown: the sandboxes by their place on the disk, as `/state` names them; by their place among the frameworks,
/// `/frameworks/<id>/executors/<id>/runs/latest`; by their place among the sandboxes; and the log as `/slave/log`.
/// Whoever asks must be allowed to.
pub(crate) async fn shown(agent: &Agent, caller: &Caller) -> Shown {
    let shown = all(agent).await;
    let root = std::fs::canonicalize(agent.options.dir.join("slaves")).unwrap_or_default();
    let (snapshot, caller) = (agent.snapshot().await, caller.clone());
    shown.permitting(move |path| match (path.strip_prefix(&root), &snapshot) {
        (Ok(place), Ok(snapshot)) => may_read(&caller, &snapshot.state, place),
        (Err(_), _) => caller.may(Action::AccessMesosLog, &Object::Any),
        (_, Err(_)) => false,
    })
}

async fn all(agent: &Agent) -> Shown {
    let root = agent.options.dir.join("slaves");
    let mut shown = Shown::default().with(root.to_string_lossy(), &root);
    if let Ok(snapshot) = agent.snapshot().await
        && let Some(id) = snapshot.state.agent_id()
    {
        let frameworks = root.join(id.as_str()).join("frameworks");
        shown = shown
            .with(id.as_str(), root.join(id.as_str()))
            .with("/frameworks", frameworks);
    }
    match &agent.options.log {
        Some(log) => shown.with("/slave/log", log),
        None => shown,
    }
}

pub(super) async fn browse(State(agent): State<Agent>, caller: Caller, Query(asked): Query<Asked>) -> Response {
    http::browse(&shown(&agent, &caller).await, &asked)
}

pub(super) async fn read(State(agent): State<Agent>, caller: Caller, Query(asked): Query<Asked>) -> Response {
    http::read_part(&shown(&agent, &caller).await, &asked)
}

pub(super) async fn download(State(agent): State<Agent>, caller: Caller, Query(asked): Query<Asked>) -> Response {
    http::download(&shown(&agent, &caller).await, &asked).await
}

pub(super) async fn debug(State(agent): State<Agent>, Query(asked): Query<Asked>) -> Response {
    http::debug(&all(&agent).await, &asked)
}

/// Where a task's newest sandbox is: `{"path": "<relative to the sandboxes>"}`.
pub(super) async fn sandbox(
    State(agent): State<Agent>,
    caller: Caller,
    Path((framework, task)): Path<(String, String)>,
) -> Result<Json<Value>, HttpError> {
    let missing = || HttpError::new(Class::NotFound, format!("no sandbox of task {task}"));
    let snapshot = agent.snapshot().await?;
    let agent_id = snapshot.state.agent_id().ok_or_else(missing)?;
    let key = Key {
        framework_id: FrameworkId::from(framework.as_str()),
        task_id: TaskId::from(task.as_str()),
    };
    let path = sandboxes::latest(&agent.options.dir, agent_id, &key).ok_or_else(missing)?;
    let root = std::fs::canonicalize(agent.options.dir.join("slaves")).map_err(|_| missing())?;
    let relative = path.strip_prefix(&root).map_err(|_| missing())?;
    if !may_read(&caller, &snapshot.state, relative) {
        return Err(missing());
    }
    Ok(Json(json!({ "path": relative.to_string_lossy() })))
}
