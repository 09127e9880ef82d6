use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::{list, text};
use crate::screen;

/// Lists the deployments under way.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony deployment list")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let deployments = context.client()?.marathon("/v2/deployments")?;
        if context.json() {
            return Ok(screen::json(&deployments)?);
        }
        let header = ["ID", "APPS", "STEP", "ACTIONS", "VERSION"];
        Ok(screen::table(
            &header,
            deployments.as_array().into_iter().flatten().map(row),
        )?)
    }
}

fn row(deployment: &Value) -> Vec<String> {
    let step = format!(
        "{} / {}",
        text(&deployment["currentStep"]),
        text(&deployment["totalSteps"])
    );
    let (id, apps) = (text(&deployment["id"]), list(&deployment["affectedApps"]));
    vec![id, apps, step, actions(deployment), text(&deployment["version"])]
}

/// What the current step does, for example `ScaleApplication /a`.
pub(super) fn actions(deployment: &Value) -> String {
    let action = |it: &Value| format!("{} {}", text(&it["action"]), text(&it["app"]));
    deployment["currentActions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(action)
        .collect::<Vec<_>>()
        .join(", ")
}
