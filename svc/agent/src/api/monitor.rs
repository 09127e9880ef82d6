use io_httpd::{HttpError, Jsonp, Query, Response, State};
use serde_json::{Value, json};
use wire_mesos::json::Json;

use super::Agent;
use crate::{
    access::{Caller, Viewer},
    view::{self, Executor},
};

/// `/monitor/statistics`: what each executor uses.
pub(super) async fn statistics(State(agent): State<Agent>, Query(jsonp): Query<Jsonp>) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    let all = Executor::all(&snapshot.state).filter_map(|executor| {
        let statistics = view::statistics_of(&snapshot.state, &agent.runtime, executor)?;
        let mut entry = head(executor);
        entry["statistics"] = json!(Json(statistics));
        Some(entry)
    });
    Ok(jsonp.answer(&all.collect::<Vec<_>>()))
}

/// `/containers`: what runs, and what it uses.
pub(super) async fn containers(
    State(agent): State<Agent>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = agent.snapshot().await?;
    let viewer = Viewer::of(&caller);
    let all = view::containers(&snapshot.state, &agent.runtime, &viewer).map(|(executor, container)| {
        let mut entry = head(executor);
        entry["container_id"] = json!(executor.container_id().as_str());
        entry["status"] = json!(container.container_status.map(Json));
        if let Some(statistics) = container.resource_statistics {
            entry["statistics"] = json!(Json(statistics));
        }
        entry
    });
    Ok(jsonp.answer(&all.collect::<Vec<Value>>()))
}

fn head(executor: Executor<'_>) -> Value {
    json!({
        "framework_id": executor.framework_id().as_str(),
        "executor_id": executor.id(),
        "executor_name": executor.name(),
        "source": executor.source(),
    })
}
