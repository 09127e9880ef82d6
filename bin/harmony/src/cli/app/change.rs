//! What all verbs that change apps share: `--force`, `--no-wait`, and following the deployment that the change starts.

use io_httpd::Method;
use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::deployment::Follower;
use crate::client::Face;
use crate::screen;

/// How a change is made.
#[derive(clap::Args, Debug, Clone, Copy)]
pub struct How {
    /// Replace a deployment that is in the way
    #[arg(long)]
    force: bool,
    /// Return when the change is accepted, not when it is done
    #[arg(long)]
    no_wait: bool,
}

/// One request of a change.
pub struct Change<'a> {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    /// What is said once it is done, for example `/a is removed`.
    pub done: &'a str,
}

impl How {
    /// Sends the change and follows its deployment to the end.
    ///
    /// # Errors
    /// It is refused, or its deployment fails.
    pub fn make(self, context: &Context, change: Change<'_>) -> anyhow::Result<()> {
        self.make_all(context, vec![change])
    }

    /// Changes a part of one app, and follows the deployment to the end; `done` is what is then said.
    ///
    /// # Errors
    /// By [`How::make`].
    pub fn patch(self, context: &Context, app: &str, body: Value, done: &str) -> anyhow::Result<()> {
        let (method, path, body) = (Method::PATCH, super::url(app), Some(body));
        self.make(
            context,
            Change {
                method,
                path,
                body,
                done,
            },
        )
    }

    /// Sends several changes and follows all their deployments; the first that is refused ends it.
    ///
    /// # Errors
    /// By [`How::make`].
    pub fn make_all(self, context: &Context, changes: Vec<Change<'_>>) -> anyhow::Result<()> {
        let client = context.client()?;
        // The stream is opened first: a short deployment may be over before its answer is read.
        let follower = (!self.no_wait).then(|| Follower::new(client));
        let (mut ids, mut said) = (Vec::new(), Vec::new());
        for change in changes {
            let path = if self.force {
                format!("{}?force=true", change.path)
            } else {
                change.path
            };
            let answer = client.call(Face::Marathon, change.method, &path, change.body.as_ref())?;
            ids.extend(deployments(&answer));
            said.push(change.done.to_owned());
        }
        if let Some(mut follower) = follower {
            follower.follow(&ids)?;
        } else {
            said.iter_mut().for_each(|line| *line = format!("accepted: {line}"));
        }
        if context.json() {
            return Ok(screen::json(&json!({ "deployments": ids, "waited": !self.no_wait }))?);
        }
        if self.no_wait {
            said.extend(
                ids.iter()
                    .map(|id| format!("deployment {id}: harmony deployment watch {id}")),
            );
        }
        Ok(screen::line(&said.join("\n"))?)
    }
}

/// The deployments that an answer names: as `deploymentId`, or as the list of an app.
fn deployments(answer: &Value) -> Vec<String> {
    let list = answer["deployments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["id"].as_str());
    answer["deploymentId"]
        .as_str()
        .into_iter()
        .chain(list)
        .map(str::to_owned)
        .collect()
}
