//! `docs/compatibility.md`: each row once, its state from a closed set, its test there.

use std::collections::BTreeSet;

use super::config::Config;
use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "compatibility";
const DOCUMENT: &str = "docs/compatibility.md";
const STATES: [&str; 3] = ["done", "partial", "planned"];

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (index, line) in tree.text(DOCUMENT).unwrap_or_default().lines().enumerate() {
        let Some(row) = Row::parse(line) else { continue };
        let mut wrong = row.wrong(tree);
        if !seen.insert(row.id) {
            wrong.push((format!("{} is there twice", row.id), "keep one row"));
        }
        findings.extend(wrong.into_iter().map(|(what, mend)| Finding {
            path: DOCUMENT.into(),
            line: index + 1,
            rule: RULE,
            what,
            why: "users read here what works, and believe it because a test proves it",
            mend: mend.into(),
        }));
    }
    findings
}

/// `| ID | feature | state | test |`.
struct Row<'a> {
    id: &'a str,
    state: &'a str,
    test: &'a str,
}

impl<'a> Row<'a> {
    /// A row whose first cell looks like `RP-01`.
    fn parse(line: &'a str) -> Option<Self> {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let id = *cells.first()?;
        let (section, number) = id.split_once('-')?;
        let looks_right = section.len() == 2 && number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        looks_right.then(|| Self {
            id,
            state: cell(2),
            test: cell(3),
        })
    }

    /// What is wrong with the row, and how to mend it.
    fn wrong(&self, tree: &Tree) -> Vec<(String, &'static str)> {
        let mut wrong = Vec::new();
        if !STATES.contains(&self.state) {
            let what = format!("{}: \"{}\" is no state", self.id, self.state);
            wrong.push((what, "write done, partial or planned"));
        }
        let tests: Vec<&str> = self.test.split('`').skip(1).step_by(2).collect();
        if self.state == "done" && tests.is_empty() {
            wrong.push((
                format!("{} is done, but no test proves it", self.id),
                "name the test's file, in back quotes",
            ));
        }
        for test in tests {
            let path = test.split("::").next().unwrap_or_default();
            if !tree.exists(path) {
                wrong.push((format!("{}: there is no {path}", self.id), "correct the path"));
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &str) -> Vec<String> {
        let files = [(DOCUMENT, rows), ("tests/sim/tests/kills.rs", "")];
        check(&Tree::of(&files), &Config::default())
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn good_rows_pass() {
        assert!(found("| ID | Feature | State | Test |\n|---|---|---|---|\n").is_empty());
        assert!(
            found("| RP-01 | a pool | done | `tests/sim/tests/kills.rs::two_kills` |\n| L4-02 | b | planned | |\n")
                .is_empty()
        );
    }

    #[test]
    fn wrong_rows_are_found() {
        assert_eq!(found("| RP-01 | a | soon | |"), ["RP-01: \"soon\" is no state"]);
        assert_eq!(
            found("| RP-01 | a | done | by hand |"),
            ["RP-01 is done, but no test proves it"]
        );
        assert_eq!(
            found("| RP-01 | a | partial | `tests/x.rs` |"),
            ["RP-01: there is no tests/x.rs"]
        );
        assert_eq!(
            found("| RP-01 | a | planned | |\n| RP-01 | a | planned | |"),
            ["RP-01 is there twice"]
        );
    }
}
