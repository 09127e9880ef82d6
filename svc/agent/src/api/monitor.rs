use io_httpd::{HttpError, Jsonp, Query, Response, State};
use serde_json::{Value, json};
use wire_mesos::json::Json;

use super::Agent;
use crate::view;

/// `/monitor/statistics`: what each executor uses.
pub(super) async fn statistics(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    let measured = view::containers(&snapshot.state, &agent.runtime)
        .filter_map(|(key, task, statistics)| Some((key, task, statistics?)));
    let all = measured.map(|(key, task, statistics)| {
        json!({
            "framework_id": key.framework_id.as_str(),
            "executor_id": key.task_id.as_str(),
            "executor_name": view::executor_name(task),
            "source": key.task_id.as_str(),
            "statistics": Json(statistics),
        })
    });
    Ok(jsonp.answer(&all.collect::<Vec<_>>()))
}

/// `/containers`: what runs, and what it uses.
pub(super) async fn containers(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    let all = view::containers(&snapshot.state, &agent.runtime).map(|(key, task, statistics)| {
        let mut entry = json!({
            "framework_id": key.framework_id.as_str(),
            "executor_id": key.task_id.as_str(),
            "executor_name": view::executor_name(task),
            "source": key.task_id.as_str(),
            "container_id": task.container_id.as_str(),
            "status": Json(view::container_status(task)),
        });
        if let Some(statistics) = statistics {
            entry["statistics"] = json!(Json(statistics));
        }
        entry
    });
    Ok(jsonp.answer(&all.collect::<Vec<Value>>()))
}
