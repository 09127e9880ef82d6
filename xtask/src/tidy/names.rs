//! What crates, directories and files are called.

use super::config::Config;
use super::finding::{Finding, line_of};
use super::manifest::members;
use super::tree::Tree;

const RULE: &str = "names";
/// Names that say nothing of what is inside, and so attract everything.
const FORBIDDEN: [&str; 8] = [
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "types",
];

pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = package_names(tree, config);
    findings.extend(tree.paths().filter(|path| path.ends_with(".rs")).filter_map(forbidden));
    findings
}

fn package_names(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members(tree) {
        let expected = match member.dir.split_once('/') {
            Some((floor, dir)) if !config.bare_names.iter().any(|bare| bare == floor) => format!("{floor}-{dir}"),
            Some((_, dir)) => dir.to_owned(),
            None => member.dir.to_owned(),
        };
        if member.name() != expected {
            findings.push(Finding {
                path: member.path.into(),
                line: line_of(member.text, "name"),
                rule: RULE,
                what: format!("the package is called \"{}\", not \"{expected}\"", member.name()),
                why: "a package's name says where it is",
                mend: format!("write `name = \"{expected}\"`"),
            });
        }
    }
    findings
}

fn forbidden(path: &str) -> Option<Finding> {
    let stem = path.trim_end_matches(".rs");
    let word = stem.split('/').find(|part| FORBIDDEN.contains(part))?;
    Some(Finding {
        path: path.into(),
        line: 0,
        rule: RULE,
        what: format!("\"{word}\" is a name for anything"),
        why: "a name for anything collects everything; the field has a word for each thing (GLOSSARY.md)",
        mend: "call it by what is inside, or move each part to the thing that it serves".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let config = Config::parse("bare_names = [\"bin\"]").expect("parses");
        check(&Tree::of(files), &config)
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn a_package_is_named_by_its_place() {
        assert!(found(&[("core/apps/Cargo.toml", "[package]\nname = \"core-apps\"")]).is_empty());
        assert!(found(&[("bin/harmony/Cargo.toml", "[package]\nname = \"harmony\"")]).is_empty());
        assert!(found(&[("xtask/Cargo.toml", "[package]\nname = \"xtask\"")]).is_empty());
        let what = found(&[("core/apps/Cargo.toml", "[package]\nname = \"apps\"")]);
        assert_eq!(what, ["the package is called \"apps\", not \"core-apps\""]);
    }

    #[test]
    fn names_for_anything_are_refused() {
        assert_eq!(
            found(&[("core/apps/src/util.rs", ""), ("core/common/src/lib.rs", "")]).len(),
            2
        );
        assert!(found(&[("core/apps/src/utility_function.rs", "")]).is_empty());
    }
}
