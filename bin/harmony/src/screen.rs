//! What a command prints: tables and lines for people, JSON for programs, progress on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

/// How a command's result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Table,
    /// For programs: one JSON document, whose fields are a contract.
    Json,
}

/// Writes to standard output; a reader that went away is an error, not a panic.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// [`fn@print`] with a line end.
pub fn line(text: &str) -> io::Result<()> {
    print(&format!("{text}\n"))
}

/// One JSON document, indented.
pub fn json(value: &Value) -> io::Result<()> {
    line(&format!("{value:#}"))
}

/// Rows under a header, without lines; long cells wrap only where a terminal is.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header.to_vec());
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    line(
        &table
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// Names and values of one thing, a pair a line; pairs without a value are left out.
pub fn facts(pairs: &[(&str, String)]) -> io::Result<()> {
    let shown = || pairs.iter().filter(|(_, value)| !value.is_empty());
    let width = shown().map(|(name, _)| name.len()).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for (name, value) in shown() {
        let mut lines = value.lines();
        text += &format!("{name:width$}{}\n", lines.next().unwrap_or_default());
        for more in lines {
            text += &format!("{:width$}{more}\n", "");
        }
    }
    print(&text)
}

/// Asks on the terminal; without one, or with `yes`, the answer is yes.
pub fn confirm(question: &str, yes: bool) -> io::Result<bool> {
    if yes || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(true);
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What is going on, on standard error: a bar or a spinner on a terminal, a line for each new message elsewhere.
pub struct Progress {
    bar: Option<ProgressBar>,
    said: String,
}

impl Progress {
    /// A bar that fills up.
    pub fn bar() -> Self {
        Self::with("{spinner} [{bar:30}] {pos}/{len} {wide_msg}")
    }

    /// Only a sign of life.
    pub fn spinner() -> Self {
        Self::with("{spinner} {wide_msg}")
    }

    fn with(template: &str) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(0).with_style(style.progress_chars("=> "));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            bar,
            said: String::new(),
        }
    }

    /// `done` of `all`, and what is being done.
    pub fn show(&mut self, done: u64, all: u64, message: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(message.to_owned());
            }
            None if self.said != message => eprintln!("{message}"),
            None => {}
        }
        message.clone_into(&mut self.said);
    }

    /// A line that stays.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
