use io_httpd::{HttpError, Json, State};
use serde_json::{Value, json};

use super::Agent;

/// Use of every running container, in the form of Mesos' `/monitor/statistics`.
pub(super) async fn statistics(State(agent): State<Agent>) -> Result<Json<Value>, HttpError> {
    let snapshot = super::files::snapshot(&agent).await?;
    let mut all = Vec::new();
    for container in containers(&snapshot.state) {
        let Ok(stats) = agent.runtime.stats(container.id) else {
            continue;
        };
        all.push(json!({
            "executor_id": container.executor_id,
            "executor_name": container.name,
            "framework_id": container.framework_id,
            "source": container.source,
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

/// A container that runs something: a task, or an executor with its tasks.
struct Container<'a> {
    id: &'a str,
    framework_id: &'a str,
    executor_id: &'a str,
    name: &'a str,
    source: &'a str,
}

fn containers(state: &core_agent::Agent) -> impl Iterator<Item = Container<'_>> {
    let own = state.tasks().filter(|(_, task)| !task.is_custom());
    let tasks = own.map(|(key, task)| Container {
        id: task.container_id.as_str(),
        framework_id: key.framework_id.as_str(),
        executor_id: key.task_id.as_str(),
        name: &task.spec.name,
        source: key.task_id.as_str(),
    });
    let custom = state.executors().filter(|(_, executor)| executor.is_custom());
    let executors = custom.map(|(key, executor)| Container {
        id: executor.container_id.as_str(),
        framework_id: key.framework_id.as_str(),
        executor_id: key.executor_id.as_str(),
        name: executor.spec.name.as_deref().unwrap_or_default(),
        source: executor.spec.source.as_deref().unwrap_or_default(),
    });
    tasks.chain(executors)
}
