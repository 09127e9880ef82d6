use std::time::{Duration, Instant};

use base_fault::Class;
use serde_json::json;

use super::files::File;
use super::named;
use crate::cli::Context;
use crate::client::Client;
use crate::failure::{Failure, class_of};
use crate::screen;

/// How often a followed file is looked at.
const PAUSE: Duration = Duration::from_millis(400);
/// How often the task of a followed file is asked whether it still runs.
const ALIVE: Duration = Duration::from_secs(2);

/// Prints what a task writes to its standard output.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony task log -f -n 20 hello.instance-9c2f")]
pub struct Args {
    /// The task's id, or the beginning of it
    task: String,
    /// Go on with what comes, until the task ends
    #[arg(long, short)]
    follow: bool,
    /// Standard error in place of standard output
    #[arg(long)]
    stderr: bool,
    /// Another file of the sandbox
    #[arg(long, conflicts_with = "stderr", value_name = "PATH")]
    file: Option<String>,
    /// Only the last lines
    #[arg(long, short = 'n')]
    lines: Option<usize>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let task = named(context, &self.task)?;
        let path = self
            .file
            .as_deref()
            .unwrap_or(if self.stderr { "stderr" } else { "stdout" });
        let mut file = File::new(client, task.url.clone(), path);
        if let Some(lines) = self.lines {
            file.seek_last_lines(lines)?;
        }
        if context.json() {
            if self.follow {
                return Err(Failure::new(Class::Invalid, "--follow has no end, and a JSON document has one").into());
            }
            let mut text = String::new();
            while let Some(piece) = file.next()? {
                text += &piece;
            }
            return Ok(screen::json(&json!({ "task": task.id, "path": path, "data": text }))?);
        }
        while let Some(piece) = file.next()? {
            screen::print(&piece)?;
        }
        if self.follow {
            follow(client, &mut file, &task.url)
        } else {
            Ok(())
        }
    }
}

fn follow(client: &Client, file: &mut File<'_>, task: &str) -> anyhow::Result<()> {
    let mut asked = Instant::now();
    loop {
        let is_over = asked.elapsed() > ALIVE && {
            asked = Instant::now();
            has_ended(client, task)?
        };
        // Read after the task was asked: nothing is written after its end.
        while let Some(piece) = file.next()? {
            screen::print(&piece)?;
        }
        if is_over {
            return Ok(());
        }
        client.pause(PAUSE);
    }
}

/// Whether the task is in a state that it never leaves, or is forgotten.
fn has_ended(client: &Client, task: &str) -> anyhow::Result<bool> {
    const ENDED: [&str; 7] = [
        "TASK_FINISHED",
        "TASK_FAILED",
        "TASK_KILLED",
        "TASK_ERROR",
        "TASK_LOST",
        "TASK_DROPPED",
        "TASK_GONE",
    ];
    match client.get(task) {
        Ok(task) => Ok(task["state"].as_str().is_some_and(|state| ENDED.contains(&state))),
        Err(error) if class_of(&error) == Class::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
