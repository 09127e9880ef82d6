//! Relative links in Markdown lead somewhere.

use std::collections::BTreeSet;

use super::config::Config;
use super::finding::Finding;
use super::tree::Tree;

const RULE: &str = "links";

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts(".md") {
        for (line, target) in links(text) {
            findings.extend(broken(tree, path, &target).map(|what| Finding {
                path: path.into(),
                line,
                rule: RULE,
                what,
                why: "a link that leads nowhere costs each reader a search",
                mend: "correct the link, or remove it".into(),
            }));
        }
    }
    findings
}

/// Lines (from 1) and targets of the links outside code.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in prose(text) {
        // Every second part lies between back quotes.
        for part in line.split('`').step_by(2) {
            let targets = part.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (index, target.trim().to_owned())));
        }
    }
    found
}

/// Lines (from 1) outside fenced code.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// What is wrong with a link in the file `from`.
fn broken(tree: &Tree, from: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target
        .split_once('#')
        .map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() {
        from.to_owned()
    } else {
        resolve(from, file)?
    };
    if !tree.exists(&path) {
        return Some(format!("there is no {path}"));
    }
    let anchor = anchor.filter(|anchor| !anchor.is_empty())?;
    let text = tree.text(&path).filter(|_| path.ends_with(".md"))?;
    (!anchors(text).contains(anchor)).then(|| format!("{path} has no heading #{anchor}"))
}

/// `file` as seen from the directory of `from`; one that leaves the repository resolves to a path that does not exist.
fn resolve(from: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Some(file.to_owned()),
            ".." => {}
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The anchors of a file's headings, made as the usual Markdown viewers make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).into_iter().filter_map(|(_, line)| line.strip_prefix('#'));
    headings
        .map(|heading| slug(heading.trim_start_matches('#').trim()))
        .collect()
}

fn slug(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let files = [
            ("docs/a.md", text),
            ("docs/b.md", "# A `code` Heading, two\n"),
            ("README.md", ""),
        ];
        check(&Tree::of(&files), &Config::default())
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn links_to_files_directories_and_headings_resolve() {
        assert!(
            found("[a](b.md) [b](../README.md) [c](../docs/) [d](https://x/y) [e](b.md#a-code-heading-two)").is_empty()
        );
        assert!(found("# Here\n[f](#here)").is_empty());
    }

    #[test]
    fn broken_ones_are_named() {
        assert_eq!(found("[a](c.md)"), ["there is no docs/c.md"]);
        assert_eq!(found("[a](../../x.md)"), ["there is no ../../x.md"]);
        assert_eq!(found("[a](b.md#no)"), ["docs/b.md has no heading #no"]);
    }

    #[test]
    fn code_has_no_links() {
        assert!(found("`a[0](x)`\n```\n[a](c.md)\n```\n").is_empty());
    }
}
