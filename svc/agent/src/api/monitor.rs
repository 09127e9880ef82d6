use io_httpd::{HttpError, Json, State};
use serde_json::{Value, json};

use super::Agent;

/// Use of every running container, in the form of Mesos' `/monitor/statistics`.
pub(super) async fn statistics(State(agent): State<Agent>) -> Result<Json<Value>, HttpError> {
    let snapshot = agent.snapshot().await?;
    let mut all = Vec::new();
    for (key, task) in snapshot.state.tasks() {
        let Ok(stats) = agent.runtime.stats(task.container_id.as_str()) else {
            continue;
        };
        all.push(json!({
            "executor_id": key.task_id.as_str(),
            "executor_name": task.spec.name,
            "framework_id": key.framework_id.as_str(),
            "source": key.task_id.as_str(),
            "statistics": {
                "cpus_user_time_secs": stats.cpu_user_secs,
                "cpus_system_time_secs": stats.cpu_system_secs,
                "cpus_limit": stats.cpus_limit,
                "cpus_nr_periods": stats.cpu_periods,
                "cpus_nr_throttled": stats.cpu_throttled_periods,
                "cpus_throttled_time_secs": stats.cpu_throttled_secs,
                "mem_rss_bytes": stats.memory_rss_bytes,
                "mem_total_bytes": stats.memory_total_bytes,
                "mem_cache_bytes": stats.memory_cache_bytes,
                "mem_limit_bytes": stats.memory_limit_bytes,
                "processes": stats.pids,
            },
        }));
    }
    Ok(Json(Value::Array(all)))
}
