use io_httpd::Method;
use serde_json::json;

use super::named;
use crate::cli::Context;
use crate::client::Face;
use crate::screen;

/// Kills tasks.
///
/// An app's task is replaced by a new one; `app scale` is the way to have fewer.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony task kill hello.instance-9c2f")]
pub struct Args {
    /// The tasks' ids, or the beginnings of them
    #[arg(required = true, value_name = "TASK")]
    tasks: Vec<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let tasks = self
            .tasks
            .iter()
            .map(|task| named(context, task))
            .collect::<anyhow::Result<Vec<_>>>()?;
        for task in &tasks {
            context.client()?.call(
                Face::Mesos,
                Method::POST,
                &format!("{}/kill", task.url),
                Some(&json!({})),
            )?;
            if !context.json() {
                screen::line(&format!("{} is being killed", task.id))?;
            }
        }
        if context.json() {
            let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
            screen::json(&json!({ "killed": ids }))?;
        }
        Ok(())
    }
}
