use io_httpd::Method;

use super::change::{Change, How};
use crate::cli::Context;

/// Replaces an app's instances by new ones, as its upgrade strategy says.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app restart /hello")]
pub struct Args {
    /// The app's id
    app: String,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let (path, done) = (
            format!("{}/restart", super::url(&self.app)),
            format!("{} is restarted", self.app),
        );
        self.how.make(
            context,
            Change {
                method: Method::POST,
                path,
                body: None,
                done: &done,
            },
        )
    }
}
