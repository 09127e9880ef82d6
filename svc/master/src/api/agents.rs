use base_fault::Class;
use base_ids::AgentId;
use core_master::{Agent, Master as Pool, Task};
use io_httpd::{HttpError, Json, Path, Query, State};
use model_resources::Resources;
use serde_json::{Value, json};

use super::{
    page::{Page, page},
    tasks::task_json,
};
use crate::{
    Master,
    access::{Caller, Viewer},
};

pub(super) fn state_of(pool: &Pool, slot: u32, agent: &Agent) -> &'static str {
    if agent.unreachable_since.is_some() {
        "unreachable"
    } else if pool.is_agent_live(slot) && pool.is_agent_closed(slot) {
        closed_state(pool, slot, agent)
    } else if pool.is_agent_ready(slot) {
        "connected"
    } else {
        "disconnected"
    }
}

/// Why an agent that is here gets no work.
fn closed_state(pool: &Pool, slot: u32, agent: &Agent) -> &'static str {
    match agent.drain {
        _ if pool.is_agent_down(slot) => "down",
        Some(drain) if drain.drained => "drained",
        Some(_) => "draining",
        None => "deactivated",
    }
}

fn agent_json(pool: &Pool, (slot, agent): (u32, &Agent), viewer: &Viewer) -> Value {
    let shown = |resources: &Resources| viewer.resources(resources).to_string();
    let spec = &agent.spec;
    json!({
        "id": agent.agent_id.as_str(),
        "hostname": spec.hostname,
        "ip": spec.ip,
        "port": spec.port,
        "state": state_of(pool, slot, agent),
        "version": spec.version,
        "attributes": spec.attributes.to_string(),
        "domain": spec.domain.as_ref().map(|domain| json!({ "region": domain.region, "zone": domain.zone })),
        "joined_at": agent.joined_at.to_string(),
        "unreachable_since": agent.unreachable_since.map(|at| at.to_string()),
        "total": shown(&pool.total_of(slot)),
        "used": shown(&agent.used),
        "offered": shown(&pool.offered(slot)),
        "tasks": agent.tasks.len(),
    })
}

/// All agents.
pub(super) async fn list(
    State(master): State<Master>,
    caller: Caller,
    Query(at): Query<Page>,
) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let all = pool
        .agents()
        .map(|(slot, agent)| (agent.agent_id.as_str(), (slot, agent)));
    Ok(Json(page(all, &at, |known| agent_json(pool, known, &viewer))))
}

/// One agent, with its tasks.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let wanted = AgentId::from(id.as_str());
    let found = pool.agents().find(|(_, agent)| agent.agent_id == wanted);
    let (slot, agent) = found.ok_or_else(|| HttpError::new(Class::NotFound, format!("no agent has the id {id}")))?;
    let viewer = Viewer::of(&caller);
    let mut shown = agent_json(pool, (slot, agent), &viewer);
    let tasks = agent.tasks.iter().filter_map(|slot| pool.task_at(*slot));
    let seen = |task: &&Task| {
        let framework = pool.framework_at(task.framework);
        framework.is_some_and(|framework| viewer.task(task, framework))
    };
    let tasks = tasks.filter(seen).map(|task| task_json(pool, task));
    shown["task_list"] = Value::Array(tasks.collect());
    Ok(Json(shown))
}
