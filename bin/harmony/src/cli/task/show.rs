use super::named;
use crate::cli::Context;
use crate::cli::format::{age, list, text, yes_no};
use crate::screen;

/// Shows one task.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony task show hello.instance-9c2f")]
pub struct Args {
    /// The task's id, or the beginning of it
    task: String,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let named = named(context, &self.task)?;
        let task = context.client()?.get(&named.url)?;
        if context.json() {
            return Ok(screen::json(&task)?);
        }
        screen::facts(&[
            ("id", named.id),
            ("name", text(&task["name"])),
            (
                "framework",
                format!("{} ({})", text(&task["framework_name"]), text(&task["framework_id"])),
            ),
            ("state", text(&task["state"])),
            ("healthy", yes_no(&task["healthy"])),
            ("message", text(&task["message"])),
            (
                "node",
                format!("{} ({})", text(&task["hostname"]), text(&task["agent_id"])),
            ),
            ("resources", list(&task["resources"])),
            ("ports", list(&task["ports"])),
            ("started", age(&task["started_at"])),
        ])?;
        Ok(())
    }
}
