//! What a rule reports.

use std::fmt;

/// One thing to mend.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// From 1; 0 stands for the whole file.
    pub line: usize,
    /// The rule's name, as in the table of exceptions.
    pub rule: &'static str,
    pub what: String,
    pub why: &'static str,
    pub mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line.max(1), self.rule, self.what)?;
        write!(f, "\n    why: {}\n    mend: {}", self.why, self.mend)
    }
}

/// The line (from 1) on which `needle` first stands in `text`; 1 if it does not.
pub fn line_of(text: &str, needle: &str) -> usize {
    text.lines()
        .position(|line| line.contains(needle))
        .map_or(1, |index| index + 1)
}
