//! How far an app is: its instances that are of its current configuration, run, and pass their checks.

use serde_json::Value;

/// Ready instances and wanted ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    pub ready: u64,
    pub wanted: u64,
}

/// Reads it off an app as `/v2/apps/ID` shows it.
pub fn of(app: &Value) -> Ready {
    let wanted = app["instances"].as_u64().unwrap_or(0);
    // A scaled app has a newer version than its tasks; the configuration is what they must agree on.
    let config = app["versionInfo"]["lastConfigChangeAt"]
        .as_str()
        .or(app["version"].as_str())
        .unwrap_or_default();
    let is_checked = app["healthChecks"].as_array().is_some_and(|checks| !checks.is_empty());
    let is_ready = |task: &&Value| {
        let checks = task["healthCheckResults"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let passes = !is_checked || (!checks.is_empty() && checks.iter().all(|check| check["alive"] == true));
        task["state"] == "TASK_RUNNING" && task["version"].as_str().is_none_or(|version| version >= config) && passes
    };
    let ready = match app["tasks"].as_array() {
        Some(tasks) => tasks.iter().filter(is_ready).count() as u64,
        None => app[if is_checked { "tasksHealthy" } else { "tasksRunning" }]
            .as_u64()
            .unwrap_or(0),
    };
    Ready {
        ready: ready.min(wanted),
        wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_new_running_and_healthy_instances_count() {
        let task = |state: &str, version: &str, alive: bool| json!({"state": state, "version": version, "healthCheckResults": [{"alive": alive}]});
        let mut app = json!({
            "instances": 3, "version": "2026-03", "versionInfo": {"lastConfigChangeAt": "2026-02"},
            "healthChecks": [{}],
            "tasks": [task("TASK_RUNNING", "2026-02", true), task("TASK_RUNNING", "2026-01", true),
                      task("TASK_RUNNING", "2026-02", false), task("TASK_STAGING", "2026-02", true)],
        });
        assert_eq!(of(&app), Ready { ready: 1, wanted: 3 });
        app["healthChecks"] = json!([]);
        assert_eq!(of(&app), Ready { ready: 2, wanted: 3 });
        assert_eq!(
            of(&json!({"instances": 2, "tasksRunning": 5})),
            Ready { ready: 2, wanted: 2 }
        );
    }
}
