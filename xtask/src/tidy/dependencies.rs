//! `docs/dependencies.md` and the root's dependency table say the same, and both are in use.

use std::collections::BTreeSet;

use super::config::Config;
use super::finding::{Finding, line_of};
use super::manifest::{members, workspace_dependencies};
use super::tree::Tree;

const RULE: &str = "dependencies";
const DOCUMENT: &str = "docs/dependencies.md";
const WHY: &str = "each dependency was chosen: who keeps it, what it pulls in, what would be lost without it";

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let document = tree.text(DOCUMENT).unwrap_or_default();
    let listed: BTreeSet<&str> = document.lines().filter_map(first_cell).collect();
    let used: BTreeSet<String> = members(tree)
        .iter()
        .flat_map(|m| m.dependencies())
        .map(|d| d.name)
        .collect();
    let root = tree.text("Cargo.toml").unwrap_or_default();
    let at_root = |name: &str, what: String, mend: String| Finding {
        path: "Cargo.toml".into(),
        line: line_of(root, &format!("{name} =")),
        rule: RULE,
        what,
        why: WHY,
        mend,
    };
    let mut findings = Vec::new();
    let all = workspace_dependencies(tree);
    for (name, dir) in &all {
        match dir {
            Some(dir) if tree.text(&format!("{dir}/Cargo.toml")).is_none() => {
                findings.push(at_root(
                    name,
                    format!("{name}: there is no crate in {dir}"),
                    "remove the line until there is".into(),
                ));
            }
            None if !listed.contains(name.as_str()) => {
                findings.push(at_root(
                    name,
                    format!("{name} has no row in {DOCUMENT}"),
                    format!("add a row to {DOCUMENT}"),
                ));
            }
            _ => {}
        }
        if dir.is_none() && !used.contains(name) {
            findings.push(at_root(
                name,
                format!("no crate uses {name}"),
                format!("remove it here and from {DOCUMENT}"),
            ));
        }
    }
    for name in listed
        .into_iter()
        .filter(|name| !all.iter().any(|(known, _)| known == name))
    {
        findings.push(Finding {
            path: DOCUMENT.into(),
            line: line_of(document, &format!("| `{name}`")),
            rule: RULE,
            what: format!("{name} is not a dependency of the workspace"),
            why: WHY,
            mend: "remove the row".into(),
        });
    }
    findings
}

/// The crate that a table row begins with, written `` | `name` | ``.
fn first_cell(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split_once("` |").map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_document_agree() {
        let root = "[workspace.dependencies]\nredb = \"4\"\nyamux = \"1\"\nio-gone = { path = \"io/gone\" }\n";
        let store = "[package]\nname = \"io-store\"\n[dependencies]\nredb.workspace = true\n";
        let document = "| crate | why |\n|---|---|\n| `redb` | a store |\n| `sled` | gone |\n";
        let files = [
            ("Cargo.toml", root),
            ("io/store/Cargo.toml", store),
            (DOCUMENT, document),
        ];
        let found: Vec<String> = check(&Tree::of(&files), &Config::default())
            .into_iter()
            .map(|f| format!("{}:{} {}", f.path, f.line, f.what))
            .collect();
        let expected = [
            "Cargo.toml:4 io-gone: there is no crate in io/gone",
            "Cargo.toml:3 yamux has no row in docs/dependencies.md",
            "Cargo.toml:3 no crate uses yamux",
            "docs/dependencies.md:4 sled is not a dependency of the workspace",
        ];
        assert_eq!(found, expected);
    }
}
