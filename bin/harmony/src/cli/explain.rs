use serde_json::Value;

use super::Context;
use super::app::path;
use super::format::text;
use crate::client::{Face, encode};
use crate::screen;

/// Says why an app's instances are not running: which filter refused how many agents, and what would help.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony explain /hello")]
pub struct Args {
    /// The app's id
    app: String,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let id = path(&self.app);
        let id: Vec<String> = id.split('/').map(encode).collect();
        let path = format!("/harmony/v1/explain/{}", id.join("/"));
        let answer = context
            .client()?
            .call(Face::Marathon, io_httpd::Method::GET, &path, None)?;
        if context.json() {
            return Ok(screen::json(&answer)?);
        }
        Ok(screen::print(&told(&answer))?)
    }
}

fn told(answer: &Value) -> String {
    let app = text(&answer["app"]);
    let pending = answer["pending"].as_u64().unwrap_or(0);
    let unready = answer["instances"].as_array().map_or(0, Vec::len);
    let mut told = match (pending, unready) {
        (0, 0) => format!("{app} waits for nothing\n"),
        (0, 1) => format!("{app} waits for 1 instance to become healthy\n"),
        (0, many) => format!("{app} waits for {many} instances to become healthy\n"),
        (1, _) => format!("{app} waits for 1 instance\n"),
        (many, _) => format!("{app} waits for {many} instances\n"),
    };
    let mut add = |line: String| told += &format!("  {line}\n");
    if let Some(why) = answer["why"].as_str().filter(|why| !why.is_empty()) {
        add(why.to_owned());
    }
    let deployment = answer["deployment"]
        .as_str()
        .or_else(|| answer["deployment"]["id"].as_str());
    if let Some(id) = deployment {
        add(format!("deployment {id} is under way: harmony deployment watch {id}"));
    }
    let refused = answer["refused"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !refused.is_empty() {
        add(format!(
            "of {} agents:",
            answer["agents_considered"].as_u64().unwrap_or(0)
        ));
    }
    for refusal in refused {
        let help = text(&refusal["help"]);
        let help = if help.is_empty() { help } else { format!(": {help}") };
        add(format!(
            "  {} refused by {}{help}",
            text(&refusal["agents"]),
            text(&refusal["filter"])
        ));
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::told;

    #[test]
    fn refusals_are_told_with_their_help() {
        let answer = json!({
            "app": "/x", "pending": 2, "why": "launches wait 61 s more", "agents_considered": 3,
            "refused": [{"filter": "cpus", "agents": 3, "help": "ask for at most 2 cpus"}],
            "backoff_remaining_secs": 61, "deployment": "d1",
        });
        let expected = "/x waits for 2 instances\n  launches wait 61 s more\n  \
                        deployment d1 is under way: harmony deployment watch d1\n  of 3 agents:\n    \
                        3 refused by cpus: ask for at most 2 cpus\n";
        assert_eq!(told(&answer), expected);
        assert_eq!(
            told(&json!({"app": "/x", "pending": 0, "refused": []})),
            "/x waits for nothing\n"
        );
        assert_eq!(
            told(&json!({"app": "/x", "pending": 0, "why": "0 of 1", "instances": [{"id": "i"}]})),
            "/x waits for 1 instance to become healthy\n  0 of 1\n"
        );
    }
}
