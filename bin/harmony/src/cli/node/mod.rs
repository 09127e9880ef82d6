//! `harmony node ...`

mod list;
mod show;

use super::Context;

#[derive(clap::Subcommand, Debug)]
pub enum Command {
    List(list::Args),
    Show(show::Args),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List(args) => args.run(context),
            Self::Show(args) => args.run(context),
        }
    }
}
