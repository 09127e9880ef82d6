use std::collections::BTreeMap;

use io_httpd::{HttpError, Json, State};
use model_cluster::TaskState;
use model_resources::Resources;

use crate::Master;

/// `/metrics/snapshot` under Mesos' names: what the state says at this moment.
pub(super) async fn snapshot(State(master): State<Master>) -> Result<Json<BTreeMap<String, f64>>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let mut all = BTreeMap::new();
    let mut set = |name: &str, value: f64| {
        all.insert(name.to_owned(), value);
    };
    set("master/uptime_secs", master.started.elapsed().as_secs_f64());
    set("master/elected", 1.0);
    let (mut total, mut used, mut active) = (Resources::new(), Resources::new(), 0);
    let (mut disconnected, mut unreachable) = (0, 0);
    for (slot, agent) in pool.agents() {
        total += &agent.total;
        used += &agent.used;
        match super::agents::state_of(pool, slot, agent) {
            "connected" => active += 1,
            "unreachable" => unreachable += 1,
            _ => disconnected += 1,
        }
    }
    set("master/slaves_active", f64::from(active));
    set("master/slaves_connected", f64::from(active));
    set("master/slaves_disconnected", f64::from(disconnected));
    set("master/slaves_inactive", f64::from(disconnected));
    set("master/slaves_unreachable", f64::from(unreachable));
    for (name, of) in [
        ("cpus", Resources::cpus as fn(&Resources) -> _),
        ("mem", Resources::mem),
        ("disk", Resources::disk),
        ("gpus", Resources::gpus),
    ] {
        let (all, taken) = (of(&total).to_f64(), of(&used).to_f64());
        set(&format!("master/{name}_total"), all);
        set(&format!("master/{name}_used"), taken);
        set(
            &format!("master/{name}_percent"),
            if all > 0.0 { taken / all } else { 0.0 },
        );
    }
    let (mut connected, mut gone) = (0, 0);
    for (_, framework) in pool.frameworks() {
        if framework.deadline.is_none() {
            connected += 1
        } else {
            gone += 1
        }
    }
    set("master/frameworks_active", f64::from(connected));
    set("master/frameworks_connected", f64::from(connected));
    set("master/frameworks_disconnected", f64::from(gone));
    set("master/frameworks_inactive", f64::from(gone));
    set("master/outstanding_offers", pool.offers().count() as f64);
    for state in TaskState::ALL {
        let count = pool.tasks().filter(|(_, task)| task.state() == state).count();
        set(
            &format!("master/{}", state.name().to_lowercase().replace("task_", "tasks_")),
            count as f64,
        );
    }
    Ok(Json(all))
}
