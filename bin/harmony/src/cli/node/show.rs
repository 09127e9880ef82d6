use crate::cli::Context;
use crate::cli::format::{list, mebibytes, number, resource, share, text};
use crate::cli::list::find;
use crate::client::encode;
use crate::screen;

/// Shows one node.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony node show 127.0.0.2")]
pub struct Args {
    /// The node's id or the beginning of it, its hostname or its address
    node: String,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let items = client.items("/harmony/v1/agents")?;
        let id = text(&find(&items, "node", &["id", "hostname", "ip"], &self.node)?["id"]);
        let node = client.get(&format!("/harmony/v1/agents/{}", encode(&id)))?;
        if context.json() {
            return Ok(screen::json(&node)?);
        }
        let part = |name: &str, write| share(&resource(&node["used"], name), &resource(&node["total"], name), write);
        screen::facts(&[
            ("id", id),
            ("hostname", text(&node["hostname"])),
            ("address", format!("{} port {}", text(&node["ip"]), text(&node["port"]))),
            ("state", text(&node["state"])),
            ("attributes", list(&node["attributes"])),
            ("domain", list(&node["domain"])),
            ("tasks", text(&node["tasks"])),
            ("cpus", part("cpus", number)),
            ("memory", part("mem", mebibytes)),
            ("disk", part("disk", mebibytes)),
            ("ports", list(&resource(&node["total"], "ports"))),
        ])?;
        Ok(())
    }
}
