use base_fault::Class;
use serde_json::json;

use super::change::How;
use super::versions;
use crate::cli::Context;
use crate::cli::format::text;
use crate::failure::Failure;

/// Brings back an earlier version of an app, as a new one.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app rollback /hello")]
pub struct Args {
    /// The app's id
    app: String,
    /// The version [default: the one before the current]
    version: Option<String>,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let version = match self.version.clone() {
            Some(version) => version,
            None => self.previous(context)?,
        };
        let done = format!("{} is as it was in {version}", self.app);
        self.how.patch(context, &self.app, json!({ "version": version }), &done)
    }

    fn previous(&self, context: &Context) -> anyhow::Result<String> {
        let answer = context.client()?.marathon(&super::url(&self.app))?;
        let current = text(&answer["app"]["version"]);
        let older = versions::all(context, &self.app)?
            .into_iter()
            .find(|version| *version < current);
        let only = || {
            Failure::new(
                Class::Precondition,
                format!("{} has no version before {current}", self.app),
            )
        };
        Ok(older.ok_or_else(only)?)
    }
}
