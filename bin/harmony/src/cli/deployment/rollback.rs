use io_httpd::Method;
use serde_json::json;

use super::follow::Follower;
use crate::cli::Context;
use crate::cli::format::text;
use crate::client::{Face, encode};
use crate::screen;

/// Undoes a deployment: a new one brings its apps back to what they were.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony deployment rollback 5ed4c0c5-9ff8-4a6f-a0cd-f57f59a34b43")]
pub struct Args {
    /// The deployment's id
    deployment: String,
    /// Only stop it where it is, and undo nothing
    #[arg(long)]
    force: bool,
    /// Return when it is accepted, not when it is done
    #[arg(long)]
    no_wait: bool,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let mut follower = Follower::new(client);
        let force = if self.force { "?force=true" } else { "" };
        let path = format!("/v2/deployments/{}{force}", encode(&self.deployment));
        let answer = client.call(Face::Marathon, Method::DELETE, &path, None)?;
        let ids: Vec<String> = answer["deploymentId"].as_str().map(str::to_owned).into_iter().collect();
        if !self.no_wait {
            follower.follow(&ids)?;
        }
        if context.json() {
            return Ok(screen::json(&json!({ "deployments": ids, "waited": !self.no_wait }))?);
        }
        let said = match (self.force, self.no_wait) {
            (true, _) => format!("deployment {} is stopped", self.deployment),
            (false, true) => format!(
                "deployment {} is being undone by {}",
                self.deployment,
                text(&answer["deploymentId"])
            ),
            (false, false) => format!("deployment {} is undone", self.deployment),
        };
        Ok(screen::line(&said)?)
    }
}
