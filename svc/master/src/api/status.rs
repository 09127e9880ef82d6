use std::collections::BTreeMap;

use io_httpd::{HttpError, Json, State};
use model_resources::Resources;
use serde_json::{Value, json};

use super::agents::state_of;
use crate::Master;

/// The cluster on one page.
pub(super) async fn show(State(master): State<Master>) -> Result<Json<Value>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let (mut agents, mut tasks) = (BTreeMap::new(), BTreeMap::new());
    for state in ["connected", "disconnected", "unreachable"] {
        agents.insert(state, 0u64);
    }
    let (mut total, mut used) = (Resources::new(), Resources::new());
    for (slot, agent) in pool.agents() {
        *agents.entry(state_of(pool, slot, agent)).or_default() += 1;
        total += &agent.total;
        used += &agent.used;
    }
    for (_, task) in pool.tasks() {
        *tasks.entry(task.state().name()).or_insert(0u64) += 1;
    }
    Ok(Json(json!({
        "cluster_id": master.options.cluster_id.as_str(),
        "version": env!("CARGO_PKG_VERSION"),
        "epoch": master.options.epoch,
        "index": snapshot.index,
        "uptime_secs": master.started.elapsed().as_secs_f64(),
        "endpoints": {
            "mesos": format!("http://{}", master.options.address),
            "marathon": format!("http://{}", master.options.marathon),
        },
        "agents": agents,
        "held_removals": pool.held_removals().map(|held| json!({
            "missing": held.missing,
            "known": held.known,
            "limit": master.options.pool.recovery_removal_limit,
            "until": held.until.to_string(),
        })),
        "frameworks": pool.frameworks().count(),
        "tasks": tasks,
        "total": amounts(&total),
        "used": amounts(&used),
    })))
}

/// The scalars that people ask for, in Mesos' units.
pub(super) fn amounts(resources: &Resources) -> Value {
    json!({
        "cpus": resources.cpus().to_f64(),
        "mem": resources.mem().to_f64(),
        "disk": resources.disk().to_f64(),
        "gpus": resources.gpus().to_f64(),
    })
}
