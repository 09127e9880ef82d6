//! `harmony app ...`, by Marathon's `/v2/apps`.

mod add;
mod change;
mod definition;
mod list;
mod remove;
mod restart;
mod rollback;
mod scale;
mod show;
mod stop;
mod update;
mod versions;

use crate::client::encode;

use super::Context;

#[derive(clap::Subcommand, Debug)]
pub enum Command {
    Add(add::Args),
    List(list::Args),
    Show(show::Args),
    Update(update::Args),
    Scale(scale::Args),
    Restart(restart::Args),
    Stop(stop::Args),
    Remove(remove::Args),
    Versions(versions::Args),
    Rollback(rollback::Args),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Add(args) => args.run(context),
            Self::List(args) => args.run(context),
            Self::Show(args) => args.run(context),
            Self::Update(args) => args.run(context),
            Self::Scale(args) => args.run(context),
            Self::Restart(args) => args.run(context),
            Self::Stop(args) => args.run(context),
            Self::Remove(args) => args.run(context),
            Self::Versions(args) => args.run(context),
            Self::Rollback(args) => args.run(context),
        }
    }
}

/// An app's id as a path within `/v2/apps/`: without the slashes around it.
pub fn path(id: &str) -> &str {
    id.trim_matches('/')
}

/// The URL path of an app.
fn url(id: &str) -> String {
    let segments: Vec<String> = path(id).split('/').map(encode).collect();
    format!("/v2/apps/{}", segments.join("/"))
}
