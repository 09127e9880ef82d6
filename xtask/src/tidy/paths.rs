//! No file names a place of somebody's machine.

use super::config::Config;
use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "paths";
/// First components of paths that exist on one machine only.
const PLACES: [&str; 4] = ["home", "root", "work", "tmp"];

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("") {
        for (index, line) in text.lines().enumerate() {
            findings.extend(place(line).map(|place| finding(path, index + 1, &place)));
        }
    }
    findings
}

/// The first place that `line` names as an absolute path, that is with nothing of a longer path before it.
fn place(line: &str) -> Option<String> {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~' | '}' | ')' | '>' | '*');
    PLACES.iter().map(|place| format!("/{place}/")).find(|place| {
        line.match_indices(place.as_str())
            .any(|(at, _)| !line[..at].chars().next_back().is_some_and(goes_on))
    })
}

fn finding(path: &str, line: usize, place: &str) -> Finding {
    Finding {
        path: path.into(),
        line,
        rule: RULE,
        what: format!("an absolute path under {place}"),
        why: "the repository works wherever it is cloned, for whoever runs it",
        mend: "use a path relative to the repository or a temporary directory that the system names".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_places_are_found_and_relative_ones_are_not() {
        let [home, .., tmp] = PLACES;
        assert!(place(&format!("see /{home}/me/x")).is_some());
        assert!(place(&format!("\"/{tmp}/x\"")).is_some());
        assert!(place(&format!("target/{tmp}/x and {{dir}}/{tmp}/x and ../{home}/x")).is_none());
        assert!(place(&format!("/{home}page/x")).is_none());
    }
}
