//! `cargo xtask tidy`: the rules of the house that a machine can check.
//!
//! A rule is a function from the tree (and the tables of `xtask/floors.toml`) to findings. Rules read an in-memory
//! [`Tree`], so their tests are small made-up trees.

mod compatibility;
mod config;
mod crates;
mod dependencies;
mod finding;
mod floors;
mod links;
mod manifest;
mod names;
mod paths;
mod sizes;
mod source;
mod tree;
mod words;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use config::Config;
use finding::Finding;
use tree::Tree;

/// Where the tables are.
const CONFIG: &str = "xtask/floors.toml";

type Rule = fn(&Tree, &Config) -> Vec<Finding>;

const RULES: [Rule; 9] = [
    floors::check,
    names::check,
    crates::check,
    dependencies::check,
    sizes::check,
    words::check,
    paths::check,
    links::check,
    compatibility::check,
];

/// Prints every finding; the exit code says whether there was one.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    match check(root) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("error: {error:#}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Prints every finding; an error if there was one.
pub fn check(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::load(root)?;
    let Some(text) = tree.text(CONFIG) else {
        bail!("{CONFIG} is not in the repository")
    };
    let findings = findings(&tree, &Config::parse(text)?);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, nothing to mend", tree.paths().count());
            Ok(())
        }
        count => bail!("tidy found {count} things to mend in {} files", tree.paths().count()),
    }
}

/// What all rules find, less the exceptions of the table; an exception that excepts nothing is a finding too.
fn findings(tree: &Tree, config: &Config) -> Vec<Finding> {
    let all: Vec<Finding> = RULES.iter().flat_map(|rule| rule(tree, config)).collect();
    let stale = config
        .except
        .iter()
        .filter(|exception| !all.iter().any(|finding| exception.covers(finding)));
    let mut stale: Vec<Finding> = stale.map(|exception| exception.stale()).collect();
    let mut left: Vec<Finding> = all
        .into_iter()
        .filter(|finding| !config.except.iter().any(|exception| exception.covers(finding)))
        .collect();
    left.append(&mut stale);
    left.sort();
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXCEPT: &str = "[[except]]\nrule = \"words\"\npath = \"base/a/src/lib.rs\"\nwhy = \"a test\"\n";

    #[test]
    fn an_exception_hides_its_finding_and_must_have_one() {
        let config = Config::parse(EXCEPT).expect("parses");
        let bad = Tree::of(&[("base/a/src/lib.rs", "#[allow(dead_code)]\nfn f() {}\n")]);
        assert_eq!(findings(&bad, &config), []);
        let good = Tree::of(&[("base/a/src/lib.rs", "fn f() {}\n")]);
        let found = findings(&good, &config);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("excepts nothing"), "{}", found[0]);
    }
}
