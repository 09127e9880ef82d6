//! `harmony task ...`, by Harmony's own API.

mod files;
mod kill;
mod list;
mod log;
mod ls;
mod show;

use serde_json::Value;

use super::Context;
use super::format::text;
use crate::client::encode;

#[derive(clap::Subcommand, Debug)]
pub enum Command {
    List(list::Args),
    Show(show::Args),
    Log(log::Args),
    Kill(kill::Args),
    Ls(ls::Args),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List(args) => args.run(context),
            Self::Show(args) => args.run(context),
            Self::Log(args) => args.run(context),
            Self::Kill(args) => args.run(context),
            Self::Ls(args) => args.run(context),
        }
    }
}

/// A task's id and the URL path of the task that a person named.
struct Named {
    id: String,
    url: String,
}

fn named(context: &Context, typed: &str) -> anyhow::Result<Named> {
    let tasks: Vec<Value> = context.client()?.items("/harmony/v1/tasks")?;
    let task = super::list::find(&tasks, "task", &["id"], typed)?;
    let (id, framework) = (text(&task["id"]), text(&task["framework_id"]));
    let url = format!("/harmony/v1/tasks/{}/{}", encode(&framework), encode(&id));
    Ok(Named { id, url })
}
