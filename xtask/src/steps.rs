//! Steps that run one after the other, stop at the first failure, and end in a table and one line of counts.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// How a step that did not fail ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Passed,
    /// Left out because the user said so.
    Skipped(String),
}

#[derive(Debug)]
enum Outcome {
    Passed,
    Skipped(String),
    Failed,
    NotRun,
}

type Work<'a> = Box<dyn FnOnce() -> anyhow::Result<Ended> + 'a>;

/// A list of named steps.
#[derive(Default)]
pub struct Steps<'a> {
    list: Vec<(String, Work<'a>)>,
}

/// What became of the steps.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<(String, Outcome, Duration)>,
}

impl<'a> Steps<'a> {
    /// Adds a step that passes or fails.
    pub fn add(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()> + 'a) {
        self.add_skippable(name, move || work().map(|()| Ended::Passed));
    }

    /// Adds a step that may also be skipped.
    pub fn add_skippable(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<Ended> + 'a) {
        self.list.push((name.to_owned(), Box::new(work)));
    }

    /// Runs the steps in order, each under a header; after a failure the rest is not run.
    pub fn run(self) -> Report {
        let mut report = Report::default();
        for (name, work) in self.list {
            if report.failed() > 0 {
                report.lines.push((name, Outcome::NotRun, Duration::ZERO));
                continue;
            }
            println!("\n=== {name}");
            let start = Instant::now();
            let outcome = match work() {
                Ok(Ended::Passed) => Outcome::Passed,
                Ok(Ended::Skipped(reason)) => Outcome::Skipped(reason),
                Err(error) => {
                    println!("error: {error:#}");
                    Outcome::Failed
                }
            };
            let took = start.elapsed();
            println!("--- {name}: {outcome}, {}", seconds(took));
            report.lines.push((name, outcome, took));
        }
        report
    }
}

impl Report {
    /// How many steps failed: 0 or 1.
    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed))
    }

    /// The table of steps with their times, and as the last line, alone, the counts.
    pub fn summary(&self) -> String {
        let width = self
            .lines
            .iter()
            .map(|(name, ..)| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut text = String::new();
        for (name, outcome, took) in &self.lines {
            let _ = writeln!(text, "{name:width$}  {:>8}  {outcome}", seconds(*took));
        }
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let _ = write!(text, "\n{passed} passed, {} failed", self.failed());
        if skipped > 0 {
            let _ = write!(text, ", {skipped} skipped");
        }
        text
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.lines.iter().filter(|(_, outcome, _)| wanted(outcome)).count()
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Skipped(reason) => write!(f, "skipped ({reason})"),
            Self::Failed => f.write_str("FAILED"),
            Self::NotRun => f.write_str("not run"),
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f32())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_line(report: &Report) -> String {
        report.summary().lines().last().unwrap_or_default().to_owned()
    }

    #[test]
    fn counts_stand_alone_in_the_last_line() {
        let mut steps = Steps::default();
        steps.add("one", || Ok(()));
        steps.add("two", || Ok(()));
        assert_eq!(last_line(&steps.run()), "2 passed, 0 failed");
    }

    #[test]
    fn a_skipped_step_is_counted_with_its_reason() {
        let mut steps = Steps::default();
        steps.add("one", || Ok(()));
        steps.add_skippable("python", || Ok(Ended::Skipped("told so".into())));
        let report = steps.run();
        assert_eq!(last_line(&report), "1 passed, 0 failed, 1 skipped");
        assert!(report.summary().contains("skipped (told so)"), "{}", report.summary());
    }

    #[test]
    fn the_first_failure_stops_the_rest() {
        let mut ran = false;
        let mut steps = Steps::default();
        steps.add("one", || anyhow::bail!("no"));
        steps.add("two", || {
            ran = true;
            Ok(())
        });
        let report = steps.run();
        assert_eq!(last_line(&report), "0 passed, 1 failed");
        assert!(report.summary().contains("not run"));
        drop(report);
        assert!(!ran);
    }
}
