use serde_json::Value;

use super::list::state;
use crate::cli::Context;
use crate::cli::format::{list, mebibytes, number, text};
use crate::screen;

/// Shows one app.
///
/// As JSON it is what `app update` takes.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app show /hello --output json > hello.json")]
pub struct Args {
    /// The app's id
    app: String,
    /// The definition as it was in an earlier version, which `app versions` lists
    #[arg(long)]
    version: Option<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let mut path = super::url(&self.app);
        if let Some(version) = &self.version {
            path += &format!("/versions/{}", crate::client::encode(version));
        }
        let answer = context.client()?.marathon(&path)?;
        let app = answer.get("app").unwrap_or(&answer);
        if context.json() {
            return Ok(screen::json(app)?);
        }
        facts(app, self.version.is_some())?;
        let tasks = app["tasks"].as_array().map(Vec::as_slice).unwrap_or_default();
        if tasks.is_empty() {
            return Ok(());
        }
        screen::line("")?;
        Ok(screen::table(
            &["TASK", "STATE", "HEALTHY", "HOST", "PORTS", "STARTED"],
            tasks.iter().map(task),
        )?)
    }
}

fn facts(app: &Value, is_old: bool) -> std::io::Result<()> {
    let running = format!("{} of {} running", text(&app["tasksRunning"]), text(&app["instances"]));
    screen::facts(&[
        ("id", text(&app["id"])),
        ("state", if is_old { String::new() } else { state(app).to_owned() }),
        ("instances", if is_old { text(&app["instances"]) } else { running }),
        (
            "command",
            if app["cmd"].is_null() {
                list(&app["args"])
            } else {
                text(&app["cmd"])
            },
        ),
        ("image", text(&app["container"]["docker"]["image"])),
        ("cpus", number(&app["cpus"])),
        ("memory", mebibytes(&app["mem"])),
        ("disk", mebibytes(&app["disk"])),
        ("user", text(&app["user"])),
        ("env", list(&app["env"])),
        ("labels", list(&app["labels"])),
        ("constraints", list(&app["constraints"])),
        ("version", text(&app["version"])),
        (
            "deployments",
            app["deployments"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|it| text(&it["id"]))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ("last failure", failure(&app["lastTaskFailure"])),
    ])
}

fn failure(failure: &Value) -> String {
    if failure.is_null() {
        return String::new();
    }
    let (task, state, message) = (
        text(&failure["taskId"]),
        text(&failure["state"]),
        text(&failure["message"]),
    );
    format!(
        "{state} at {}: {message}\n{task} on {}",
        text(&failure["timestamp"]),
        text(&failure["host"])
    )
}

fn task(task: &Value) -> Vec<String> {
    let checks = task["healthCheckResults"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let healthy = match checks {
        [] => "",
        checks if checks.iter().all(|check| check["alive"] == true) => "yes",
        _ => "no",
    };
    let (id, state, host) = (text(&task["id"]), text(&task["state"]), text(&task["host"]));
    vec![
        id,
        state,
        healthy.to_owned(),
        host,
        list(&task["ports"]),
        text(&task["startedAt"]),
    ]
}
