//! `harmony deployment ...`, by Marathon's `/v2/deployments`.

mod follow;
mod list;
mod progress;
mod rollback;
mod watch;

use super::Context;

pub use follow::Follower;

#[derive(clap::Subcommand, Debug)]
pub enum Command {
    List(list::Args),
    Watch(watch::Args),
    Rollback(rollback::Args),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List(args) => args.run(context),
            Self::Watch(args) => args.run(context),
            Self::Rollback(args) => args.run(context),
        }
    }
}
