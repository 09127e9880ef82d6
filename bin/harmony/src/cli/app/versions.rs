use serde_json::Value;

use crate::cli::Context;
use crate::cli::format::text;
use crate::screen;

/// Lists an app's versions, the newest first.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app versions /hello")]
pub struct Args {
    /// The app's id
    app: String,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let versions = all(context, &self.app)?;
        if context.json() {
            return Ok(screen::json(&Value::from(versions))?);
        }
        let answer = context.client()?.marathon(&super::url(&self.app))?;
        let current = text(&answer["app"]["version"]);
        let row = |version: String| {
            let note = if version == current { "current" } else { "" };
            vec![version, note.to_owned()]
        };
        Ok(screen::table(&["VERSION", ""], versions.into_iter().map(row))?)
    }
}

/// The versions, newest first: they are times in one form, so their text sorts as they do.
pub(super) fn all(context: &Context, app: &str) -> anyhow::Result<Vec<String>> {
    let answer = context.client()?.marathon(&format!("{}/versions", super::url(app)))?;
    let mut versions: Vec<String> = answer["versions"].as_array().into_iter().flatten().map(text).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    Ok(versions)
}
