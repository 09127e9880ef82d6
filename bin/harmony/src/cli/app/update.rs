use std::path::Path;

use base_fault::Class;
use io_httpd::Method;
use serde_json::Value;

use super::change::{Change, How};
use super::definition::{self, Pair};
use crate::cli::Context;
use crate::failure::Failure;

/// Changes an app's definition by a JSON file, or by KEY=VALUE pairs; what is not named stays.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony app update /hello cpus=0.5 env.COLOUR=blue")]
pub struct Args {
    /// The app's id
    app: String,
    /// A file, - for standard input, or pairs such as cpus=0.5, env.NAME=value or labels.old=null
    #[arg(required = true, value_name = "FILE|KEY=VALUE")]
    changes: Vec<String>,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let body = match self.changes.as_slice() {
            [file] if file == "-" || !file.contains('=') || Path::new(file).is_file() => self.of_file(file)?,
            pairs => {
                let pairs = pairs
                    .iter()
                    .map(|pair| pair.parse())
                    .collect::<Result<Vec<Pair>, _>>()?;
                let answer = context.client()?.marathon(&super::url(&self.app))?;
                Value::Object(definition::apply(&answer["app"], &pairs)?)
            }
        };
        let done = format!("{} is updated", self.app);
        let change = Change {
            method: Method::PATCH,
            path: super::url(&self.app),
            body: Some(body),
            done: &done,
        };
        self.how.make(context, change)
    }

    fn of_file(&self, file: &str) -> anyhow::Result<Value> {
        if file != "-" && !Path::new(file).exists() {
            drop(file.parse::<Pair>()?);
        }
        let mut apps = definition::read(Path::new(file))?;
        let (Some(app), true) = (apps.pop(), apps.is_empty()) else {
            return Err(Failure::new(Class::Invalid, format!("{file} holds several apps; expected one")).into());
        };
        let other = app
            .get("id")
            .and_then(Value::as_str)
            .filter(|id| super::path(id) != super::path(&self.app));
        if let Some(other) = other {
            let message = format!("{file} defines {other}, not {}", self.app);
            return Err(Failure::new(Class::Invalid, message)
                .next("name the app that the file defines")
                .into());
        }
        Ok(Value::Object(app))
    }
}
