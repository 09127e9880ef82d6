//! `harmony framework ...`

mod list;

use super::Context;

#[derive(clap::Subcommand, Debug)]
pub enum Command {
    List(list::Args),
}

impl Command {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List(args) => args.run(context),
        }
    }
}
