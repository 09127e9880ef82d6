use serde_json::{Value, json};

use super::Context;
use super::format::{list, mebibytes, number, seconds, share, text};
use crate::screen;

/// Prints the addresses of the cluster and how it is.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony status --output json | jq .agents.connected")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let mut status = client.get("/harmony/v1/status")?;
        let cluster = &client.cluster;
        let dir = cluster.dir.as_ref().map(|dir| dir.display().to_string());
        if context.json() {
            if let Value::Object(status) = &mut status {
                status.insert(
                    "addresses".into(),
                    json!({ "mesos": cluster.mesos, "marathon": cluster.marathon, "dir": dir }),
                );
            }
            return Ok(screen::json(&status)?);
        }
        let (used, total) = (&status["used"], &status["total"]);
        let mut facts = vec![
            ("cluster", text(&status["cluster_id"])),
            ("version", text(&status["version"])),
            ("Mesos API", cluster.mesos.clone()),
            ("Marathon API", cluster.marathon.clone()),
            ("directory", dir.unwrap_or_default()),
            ("up for", seconds(&status["uptime_secs"])),
            (
                "journal",
                format!("index {}, epoch {}", text(&status["index"]), text(&status["epoch"])),
            ),
            ("agents", agents(&status["agents"])),
            ("frameworks", text(&status["frameworks"])),
            ("tasks", tasks(&status["tasks"])),
            ("cpus", share(&used["cpus"], &total["cpus"], number)),
            ("memory", share(&used["mem"], &total["mem"], mebibytes)),
            ("disk", share(&used["disk"], &total["disk"], mebibytes)),
        ];
        facts.extend(held(&status["held_removals"]).map(|text| ("held back", text)));
        Ok(screen::facts(&facts)?)
    }
}

/// The counts above zero, the connected ones in any case.
fn agents(counts: &Value) -> String {
    let shown = |state: &&str| *state == "connected" || counts[*state].as_u64().unwrap_or(0) > 0;
    let states = ["connected", "disconnected", "unreachable"];
    let count = |state: &str| format!("{} {state}", counts[state].as_u64().unwrap_or(0));
    states
        .into_iter()
        .filter(shown)
        .map(count)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Agents that are missing and not given up.
fn held(removals: &Value) -> Option<String> {
    let (missing, known) = (removals["missing"].as_u64()?, text(&removals["known"]));
    let limit = removals["limit"].as_f64()? * 100.0;
    Some(format!(
        "{missing} of {known} agents did not come back to this master, more than {limit}%: none of them is given up; bring \
         them back, mark them gone, or start the master with another --recovery-agent-removal-limit"
    ))
}

fn tasks(counts: &Value) -> String {
    match list(counts) {
        none if none.is_empty() => "none".to_owned(),
        some => some,
    }
}
