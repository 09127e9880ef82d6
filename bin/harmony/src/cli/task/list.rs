use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::{age, list, text, yes_no};
use crate::cli::list::find;
use crate::client::query;
use crate::screen;

/// Lists the tasks.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony task list --app /hello")]
pub struct Args {
    /// Only those of this app
    #[arg(long)]
    app: Option<String>,
    /// Only those of this framework, by its id
    #[arg(long)]
    framework: Option<String>,
    /// Only those on this node, by its id, hostname or address
    #[arg(long)]
    node: Option<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let agent = match &self.node {
            None => None,
            Some(node) => {
                let nodes = client.items("/harmony/v1/agents")?;
                Some(text(&find(&nodes, "node", &["id", "hostname", "ip"], node)?["id"]))
            }
        };
        let filters = [("app", &self.app), ("framework", &self.framework), ("agent", &agent)];
        let pairs: Vec<(&str, &str)> = filters
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
            .collect();
        let tasks = client.items(&format!("/harmony/v1/tasks{}", query(&pairs)))?;
        if context.json() {
            return Ok(screen::json(&Value::Array(tasks))?);
        }
        let header = [
            "ID",
            "NAME",
            "FRAMEWORK",
            "STATE",
            "HEALTHY",
            "NODE",
            "PORTS",
            "STARTED",
        ];
        Ok(screen::table(&header, tasks.iter().map(row))?)
    }
}

fn row(task: &Value) -> Vec<String> {
    vec![
        text(&task["id"]),
        text(&task["name"]),
        text(&task["framework_name"]),
        text(&task["state"]),
        yes_no(&task["healthy"]),
        text(&task["hostname"]),
        list(&task["ports"]),
        age(&task["started_at"]),
    ]
}
