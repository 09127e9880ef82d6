use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::{list, text};
use crate::screen;

/// Lists the frameworks.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony framework list")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let items = context.client()?.items("/harmony/v1/frameworks")?;
        if context.json() {
            return Ok(screen::json(&Value::Array(items))?);
        }
        let row = |it: &Value| {
            let (id, name, roles) = (text(&it["id"]), text(&it["name"]), list(&it["roles"]));
            vec![
                id,
                name,
                text(&it["state"]),
                text(&it["face"]),
                roles,
                text(&it["principal"]),
                text(&it["tasks"]),
            ]
        };
        let header = ["ID", "NAME", "STATE", "FACE", "ROLES", "PRINCIPAL", "TASKS"];
        Ok(screen::table(&header, items.iter().map(row))?)
    }
}
