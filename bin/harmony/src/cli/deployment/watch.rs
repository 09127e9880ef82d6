use base_fault::Class;
use serde_json::{Value, json};

use super::follow::Follower;
use crate::cli::Context;
use crate::failure::Failure;
use crate::screen;

/// Watches deployments to their end.
///
/// Ctrl-C leaves them going. Exits with 0 if all that were asked for succeed, else says which did not.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony deployment watch")]
pub struct Args {
    /// The deployment's id [default: all that are under way]
    deployment: Option<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let mut follower = Follower::new(client);
        let list = client.marathon("/v2/deployments")?;
        let all: Vec<&str> = list
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["id"].as_str())
            .collect();
        let ids: Vec<String> = match &self.deployment {
            None => all.iter().map(|id| (*id).to_owned()).collect(),
            Some(id) if all.contains(&id.as_str()) => vec![id.clone()],
            Some(id) => {
                let none = Failure::new(Class::NotFound, format!("there is no deployment {id:?} under way"));
                return Err(none
                    .next("it may be over; `harmony app list` shows how the apps are")
                    .into());
            }
        };
        follower.follow(&ids)?;
        if context.json() {
            return Ok(screen::json(
                &json!({ "deployments": ids.iter().map(|id| Value::from(id.as_str())).collect::<Vec<_>>() }),
            )?);
        }
        let said = match ids.as_slice() {
            [] => "no deployment is under way".to_owned(),
            ids => format!("done: deployment {}", ids.join(", ")),
        };
        Ok(screen::line(&said)?)
    }
}
