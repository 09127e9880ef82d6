use serde_json::json;

use super::change::How;
use crate::cli::Context;

/// Stops an app's instances and keeps its definition: it is scaled to 0.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app stop /hello, and later: harmony app scale /hello 1")]
pub struct Args {
    /// The app's id
    app: String,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let done = format!("{0} is stopped; `harmony app scale {0} N` starts it", self.app);
        self.how.patch(context, &self.app, json!({ "instances": 0 }), &done)
    }
}
