use serde_json::Value;

use super::named;
use crate::cli::Context;
use crate::cli::format::{age, bytes, text};
use crate::client::query;
use crate::screen;

/// Lists the files in a task's sandbox.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony task ls hello.instance-9c2f")]
pub struct Args {
    /// The task's id, or the beginning of it
    task: String,
    /// A directory in the sandbox
    #[arg(default_value = "", hide_default_value = true)]
    path: String,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let task = named(context, &self.task)?;
        let path = format!("{}/files/browse{}", task.url, query(&[("path", &self.path)]));
        let entries = context.client()?.get(&path)?;
        if context.json() {
            return Ok(screen::json(&entries)?);
        }
        Ok(screen::table(
            &["SIZE", "CHANGED", "NAME"],
            entries.as_array().into_iter().flatten().map(row),
        )?)
    }
}

fn row(entry: &Value) -> Vec<String> {
    let path = text(&entry["path"]);
    let name = path.rsplit('/').next().unwrap_or_default();
    // Mesos' entries tell a directory by its mode only.
    let is_dir = entry["directory"] == true || entry["mode"].as_str().is_some_and(|mode| mode.starts_with('d'));
    let changed = age(&entry["mtime"]);
    let (size, slash) = if is_dir {
        (String::new(), "/")
    } else {
        (bytes(&entry["size"]), "")
    };
    vec![
        size,
        if changed.is_empty() {
            changed
        } else {
            format!("{changed} ago")
        },
        format!("{name}{slash}"),
    ]
}
