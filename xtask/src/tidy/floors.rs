//! A crate names only lower floors; edges within a floor are allowed one by one.

use std::collections::BTreeMap;

use super::CONFIG;
use super::config::Config;
use super::finding::{Finding, line_of};
use super::manifest::{Manifest, members, workspace_dependencies};
use super::tree::Tree;

const RULE: &str = "floors";
const WHY: &str = "a directory is a floor, and a crate stands only on lower ones (ADR 0003)";

pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let homes: BTreeMap<String, String> = workspace_dependencies(tree)
        .into_iter()
        .filter_map(|(name, dir)| Some((name, dir?)))
        .collect();
    let members = members(tree);
    let mut findings = Vec::new();
    let mut used = Vec::new();
    for member in &members {
        for dependency in member.dependencies() {
            let Some(target) = homes.get(&dependency.name) else {
                continue;
            };
            findings.extend(edge(config, member, &dependency.name, target, &mut used));
        }
    }
    let known = |name: &str| members.iter().any(|member| member.name() == name);
    for edge in config.edge.iter().filter(|edge| known(&edge.from) && known(&edge.to)) {
        if !used.contains(&(edge.from.clone(), edge.to.clone())) {
            findings.push(unused_edge(tree, &edge.from, &edge.to));
        }
    }
    findings
}

/// Judges one edge; an allowed one within a floor is noted in `used`.
fn edge(
    config: &Config,
    member: &Manifest,
    name: &str,
    target: &str,
    used: &mut Vec<(String, String)>,
) -> Option<Finding> {
    let floor_of = |dir: &str| config.floors.get(dir.split('/').next().unwrap_or_default()).copied();
    let (Some(from), Some(to)) = (floor_of(member.dir), floor_of(target)) else {
        return Some(finding(
            member,
            name,
            format!("{} or {target} is on no floor", member.dir),
            "move the crate to a floor's directory".into(),
        ));
    };
    if to < from {
        return None;
    }
    if to > from {
        let what = format!("{} (floor {from}) depends on {name} (floor {to})", member.name());
        return Some(finding(
            member,
            name,
            what,
            "move what is shared to a lower floor, or turn the call round by an effect or a trait".into(),
        ));
    }
    if config
        .edge
        .iter()
        .any(|edge| edge.from == member.name() && edge.to == name)
    {
        used.push((member.name().to_owned(), name.to_owned()));
        return None;
    }
    let what = format!("{} depends on {name}, which is on its own floor", member.name());
    Some(finding(
        member,
        name,
        what,
        format!("move what is shared to a lower floor, or add an [[edge]] with its reason to {CONFIG}"),
    ))
}

fn finding(member: &Manifest, name: &str, what: String, mend: String) -> Finding {
    Finding {
        path: member.path.into(),
        line: line_of(member.text, name),
        rule: RULE,
        what,
        why: WHY,
        mend,
    }
}

fn unused_edge(tree: &Tree, from: &str, to: &str) -> Finding {
    Finding {
        path: CONFIG.into(),
        line: line_of(
            tree.text(CONFIG).unwrap_or_default(),
            &format!("from = \"{from}\", to = \"{to}\""),
        ),
        rule: RULE,
        what: format!("the allowed edge from {from} to {to} is not used"),
        why: "an allowed edge that nobody needs invites one that nobody wants",
        mend: "remove the [[edge]]".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[workspace.dependencies]\nbase-a = { path = \"base/a\" }\ncore-b = { path = \"core/b\" }\n\
                        core-c = { path = \"core/c\" }\n";
    const FLOORS: &str = "floors = { base = 0, core = 2 }\n";

    fn check_with(tables: &str, files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("Cargo.toml", ROOT)];
        all.extend_from_slice(files);
        let config = Config::parse(&format!("{FLOORS}{tables}")).expect("parses");
        check(&Tree::of(&all), &config)
            .into_iter()
            .map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.what))
            .collect()
    }

    #[test]
    fn downwards_is_free() {
        let b = "[package]\nname = \"core-b\"\n[dependencies]\nbase-a.workspace = true\n";
        assert!(check_with("", &[("core/b/Cargo.toml", b)]).is_empty());
    }

    #[test]
    fn upwards_is_refused_for_tests_too() {
        let a = "[package]\nname = \"base-a\"\n[dev-dependencies]\ncore-b.workspace = true\n";
        let found = check_with("", &[("base/a/Cargo.toml", a)]);
        assert_eq!(
            found,
            ["base/a/Cargo.toml:4 base-a (floor 0) depends on core-b (floor 2)"]
        );
    }

    #[test]
    fn sideways_needs_a_line_in_the_table_which_must_be_used() {
        let b = "[package]\nname = \"core-b\"\n[target.'cfg(unix)'.dependencies]\ncore-c.workspace = true\n";
        let c = "[package]\nname = \"core-c\"\n";
        let files = [("core/b/Cargo.toml", b), ("core/c/Cargo.toml", c)];
        let found = check_with("", &files);
        assert_eq!(
            found,
            ["core/b/Cargo.toml:4 core-b depends on core-c, which is on its own floor"]
        );
        let allowed = "[[edge]]\nfrom = \"core-b\"\nto = \"core-c\"\nwhy = \"a test\"\n";
        assert!(check_with(allowed, &files).is_empty());
        let unused = "[[edge]]\nfrom = \"core-c\"\nto = \"core-b\"\nwhy = \"a test\"\n";
        assert!(
            check_with(unused, &files)
                .iter()
                .any(|what| what.contains("core-c to core-b is not used"))
        );
    }
}
