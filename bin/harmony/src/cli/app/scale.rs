use serde_json::json;

use super::change::How;
use crate::cli::Context;

/// Changes how many instances an app has.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app scale /hello 3")]
pub struct Args {
    /// The app's id
    app: String,
    /// How many
    instances: u32,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let done = format!("{} is scaled to {}", self.app, self.instances);
        self.how
            .patch(context, &self.app, json!({ "instances": self.instances }), &done)
    }
}
