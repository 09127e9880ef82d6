use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::{mebibytes, number, text};
use crate::client::query;
use crate::screen;

/// Lists the apps.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app list --label tier==web")]
pub struct Args {
    /// Only apps whose labels fit, as Marathon's label selectors say
    #[arg(long, value_name = "SELECTOR")]
    label: Option<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let label = self.label.as_deref().map(|label| ("label", label));
        let pairs: Vec<(&str, &str)> = [("embed", "apps.counts"), ("embed", "apps.deployments")]
            .into_iter()
            .chain(label)
            .collect();
        let mut answer = context.client()?.marathon(&format!("/v2/apps{}", query(&pairs)))?;
        let apps = answer["apps"].take();
        if context.json() {
            return Ok(screen::json(&apps)?);
        }
        let header = ["ID", "INSTANCES", "HEALTHY", "CPUS", "MEMORY", "STATE", "VERSION"];
        Ok(screen::table(&header, apps.as_array().into_iter().flatten().map(row))?)
    }
}

fn row(app: &Value) -> Vec<String> {
    vec![
        text(&app["id"]),
        format!("{} / {}", text(&app["tasksRunning"]), text(&app["instances"])),
        healthy(app),
        number(&app["cpus"]),
        mebibytes(&app["mem"]),
        state(app).to_owned(),
        text(&app["version"]),
    ]
}

/// How many instances pass their checks; nothing for an app without checks.
fn healthy(app: &Value) -> String {
    if is_checked(app) {
        text(&app["tasksHealthy"])
    } else {
        String::new()
    }
}

fn is_checked(app: &Value) -> bool {
    app["healthChecks"].as_array().is_some_and(|checks| !checks.is_empty())
}

/// In one word, as Marathon's own UI calls it; and `unhealthy` if all run and their checks say that they serve nobody.
pub(super) fn state(app: &Value) -> &'static str {
    let count = |name: &str| app[name].as_u64().unwrap_or(0);
    if app["deployments"].as_array().is_some_and(|all| !all.is_empty()) {
        "deploying"
    } else if count("instances") == 0 {
        "suspended"
    } else if count("tasksRunning") < count("instances") {
        "waiting"
    } else if is_checked(app) && count("tasksHealthy") == 0 {
        "unhealthy"
    } else {
        "running"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::state;

    #[test]
    fn only_what_serves_is_running() {
        let app = |running: u32, healthy: u32, checked: bool| {
            let checks = if checked { json!([{}]) } else { json!([]) };
            json!({ "instances": 2, "tasksRunning": running, "tasksHealthy": healthy, "healthChecks": checks })
        };
        assert_eq!(state(&app(2, 0, true)), "unhealthy");
        assert_eq!(state(&app(2, 1, true)), "running");
        assert_eq!(state(&app(2, 0, false)), "running");
        assert_eq!(state(&app(1, 0, true)), "waiting");
    }
}
