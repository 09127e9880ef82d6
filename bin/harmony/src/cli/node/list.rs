use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::{list, mebibytes, number, resource, share, text};
use crate::screen;

/// Lists the nodes with what they use of what they offer.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony node list")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let items = context.client()?.items("/harmony/v1/agents")?;
        if context.json() {
            return Ok(screen::json(&Value::Array(items))?);
        }
        let header = [
            "ID",
            "HOSTNAME",
            "IP",
            "STATE",
            "TASKS",
            "CPUS",
            "MEMORY",
            "DISK",
            "ATTRIBUTES",
        ];
        Ok(screen::table(&header, items.iter().map(row))?)
    }
}

fn row(node: &Value) -> Vec<String> {
    let part = |name: &str, write| share(&resource(&node["used"], name), &resource(&node["total"], name), write);
    vec![
        text(&node["id"]),
        text(&node["hostname"]),
        text(&node["ip"]),
        text(&node["state"]),
        text(&node["tasks"]),
        part("cpus", number),
        part("mem", mebibytes),
        part("disk", mebibytes),
        list(&node["attributes"]),
    ]
}
