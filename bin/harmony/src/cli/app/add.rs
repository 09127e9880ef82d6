use std::path::PathBuf;

use io_httpd::Method;
use serde_json::Value;

use super::change::{Change, How};
use super::definition;
use crate::cli::Context;

/// Adds apps from a JSON file: one definition, or a list of them.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app add examples/hello.json")]
pub struct Args {
    /// The file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let apps = definition::read(&self.file)?;
        let ids = apps.iter().map(definition::id_of).collect::<Result<Vec<_>, _>>()?;
        let said: Vec<String> = ids.iter().map(|id| format!("{id} is added")).collect();
        let changes = apps.into_iter().zip(&said).map(|(app, done)| Change {
            method: Method::POST,
            path: "/v2/apps".to_owned(),
            body: Some(Value::Object(app)),
            done,
        });
        self.how.make_all(context, changes.collect())
    }
}
