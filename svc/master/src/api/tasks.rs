use base_fault::Class;
use base_ids::{FrameworkId, TaskId};
use core_authorizer::{Action, Object};
use core_control::Command;
use core_master::{Command as PoolCommand, Framework, Master as Pool, Task};
use io_httpd::{HttpError, Json, Path, Query, State, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{Page, page};
use crate::{
    Master,
    access::{Caller, Viewer},
    http_error,
};

pub(super) fn task_json(pool: &Pool, task: &Task) -> Value {
    let framework = pool.framework_at(task.framework);
    let agent = pool.agent_at(task.agent);
    let started = task
        .seen
        .iter()
        .find(|seen| seen.state == model_cluster::TaskState::Running);
    json!({
        "id": task.spec.task_id.as_str(),
        "name": task.spec.name,
        "framework_id": framework.map(|framework| framework.framework_id.as_str()),
        "framework_name": framework.map(|framework| framework.spec.name.as_str()),
        "agent_id": task.agent_id.as_str(),
        "hostname": agent.map(|agent| agent.spec.hostname.as_str()),
        "state": task.state().name(),
        "healthy": task.status.healthy,
        "launched_at": task.launched_at.to_string(),
        "started_at": started.map(|seen| seen.at.to_string()),
        "message": task.status.message,
        "reason": task.status.reason.map(|reason| reason.name()),
        "resources": task.spec.resources.to_string(),
        "ports": task.spec.resources.ports().iter().collect::<Vec<_>>(),
        "kill_requested": task.kill.is_some(),
    })
}

#[derive(Deserialize)]
pub(super) struct Filter {
    framework: Option<String>,
    agent: Option<String>,
    limit: Option<usize>,
    #[serde(rename = "continue")]
    after: Option<String>,
}

/// All tasks that are not over and acknowledged.
pub(super) async fn list(
    State(master): State<Master>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let wanted = |task: &Task| {
        let framework = pool.framework_at(task.framework);
        let of_framework = filter
            .framework
            .as_deref()
            .is_none_or(|wanted| framework.is_some_and(|f| f.framework_id.as_str() == wanted || f.spec.name == wanted));
        framework.is_some_and(|framework| viewer.task(task, framework))
            && of_framework
            && filter
                .agent
                .as_deref()
                .is_none_or(|wanted| task.agent_id.as_str() == wanted)
    };
    let all = pool.tasks().map(|(_, task)| task).filter(|task| wanted(task));
    let at = Page {
        limit: filter.limit,
        after: filter.after.clone(),
    };
    Ok(Json(page(
        all.map(|task| (task.spec.task_id.as_str(), task)),
        &at,
        |task| task_json(pool, task),
    )))
}

fn missing(task: &str) -> HttpError {
    HttpError::new(Class::NotFound, format!("no task has the id {task}"))
}

/// One task; one that is over is found as long as its framework's history holds it.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Path((framework, task)): Path<(String, String)>,
) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let (framework, found) = find(pool, &framework, &task)?;
    if viewer.task(found, framework) {
        Ok(Json(task_json(pool, found)))
    } else {
        Err(missing(&task))
    }
}

/// A task that is there, or in the history of its framework, and the framework.
pub(super) fn find<'a>(pool: &'a Pool, framework: &str, task: &str) -> Result<(&'a Framework, &'a Task), HttpError> {
    let (framework_id, task_id) = (FrameworkId::from(framework), TaskId::from(task));
    let framework = pool.framework(&framework_id).ok_or_else(|| missing(task))?;
    let past = || {
        let mut past = framework.completed.iter().rev();
        past.find(|past| past.spec.task_id == task_id).map(AsRef::as_ref)
    };
    let found = pool.task(&framework_id, &task_id).or_else(past);
    found.map(|found| (framework, found)).ok_or_else(|| missing(task))
}

/// Orders a task's end, which whoever may end its whole framework may do.
pub(super) async fn kill(
    State(master): State<Master>,
    caller: Caller,
    Path((framework, task)): Path<(String, String)>,
) -> Result<StatusCode, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let (framework_id, task_id) = (FrameworkId::from(framework.as_str()), TaskId::from(task.as_str()));
    let known = pool.task(&framework_id, &task_id).and(pool.framework(&framework_id));
    let known = known.ok_or_else(|| missing(&task))?;
    caller.demand(Action::TeardownFramework, &Object::Framework(&known.spec))?;
    let command = PoolCommand::Kill {
        framework_id,
        task_id,
        agent_id: None,
        grace: None,
    };
    master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await
        .map_err(|failure| http_error(&failure))?;
    Ok(StatusCode::ACCEPTED)
}
