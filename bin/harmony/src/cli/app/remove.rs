use base_fault::Class;
use io_httpd::Method;

use super::change::{Change, How};
use crate::cli::Context;
use crate::failure::Failure;
use crate::screen;

/// Removes an app: its instances and its definition.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app remove /hello")]
pub struct Args {
    /// The app's id
    app: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        if !screen::confirm(&format!("Remove {} and all its instances?", self.app), self.yes)? {
            return Err(Failure::new(Class::Precondition, format!("{} stays", self.app)).into());
        }
        let done = format!("{} is removed", self.app);
        self.how.make(
            context,
            Change {
                method: Method::DELETE,
                path: super::url(&self.app),
                body: None,
                done: &done,
            },
        )
    }
}
