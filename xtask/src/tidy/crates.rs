//! What a crate may contain and name: unsafe code, reserved dependencies, inherited settings.

use super::config::Config;
use super::finding::{Finding, line_of};
use super::manifest::{Manifest, members};
use super::source::{line_at, mask, words};
use super::tree::Tree;

const RULE: &str = "crates";

pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = unsafe_code(tree, config);
    for member in members(tree) {
        findings.extend(reserved(&member, config));
        findings.extend(own_versions(&member));
        if !member.has_lints() {
            findings.push(Finding {
                path: member.path.into(),
                line: 0,
                rule: RULE,
                what: "the workspace's lints are off".into(),
                why: "one set of lints holds everywhere",
                mend: "add `[lints]` with `workspace = true`".into(),
            });
        }
    }
    findings
}

fn unsafe_code(tree: &Tree, config: &Config) -> Vec<Finding> {
    let allowed = |path: &str| config.unsafe_in.iter().any(|dir| path.starts_with(&format!("{dir}/")));
    let mut findings = Vec::new();
    for (path, text) in tree.texts(".rs").filter(|(path, _)| !allowed(path)) {
        let code = mask(text);
        findings.extend(words(&code, "unsafe").into_iter().map(|at| Finding {
            path: path.into(),
            line: line_at(&code, at),
            rule: RULE,
            what: "unsafe code".into(),
            why: "the compiler checks everything outside a few crates that talk to the kernel",
            mend: format!(
                "use a safe wrapper, or move the call to one of: {}",
                config.unsafe_in.join(", ")
            ),
        }));
    }
    findings
}

fn reserved(member: &Manifest, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for dependency in member.dependencies() {
        let only = config
            .only
            .iter()
            .find(|only| only.crates.contains(&dependency.name) && !only.admits(member.dir));
        findings.extend(only.map(|only| Finding {
            path: member.path.into(),
            line: line_of(member.text, &dependency.name),
            rule: RULE,
            what: format!("{} names {}", member.name(), dependency.name),
            why: "some dependencies are kept behind few crates, so that the others stay pure, portable or replaceable",
            mend: format!("{}; allowed in: {}", only.why, only.places.join(", ")),
        }));
    }
    findings
}

fn own_versions(member: &Manifest) -> Vec<Finding> {
    let own = member
        .dependencies()
        .into_iter()
        .filter(|dependency| !dependency.inherited);
    let finding = |name: String| Finding {
        path: member.path.into(),
        line: line_of(member.text, &name),
        rule: RULE,
        what: format!("{name} is not inherited from the workspace"),
        why: "one version of a dependency, chosen in one place",
        mend: format!("put it into the root's [workspace.dependencies] and write `{name}.workspace = true`"),
    };
    own.map(|dependency| finding(dependency.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = "unsafe_in = [\"io/runtime\"]\n[[only]]\ncrates = [\"axum\"]\nin = [\"io/httpd\"]\nwhy = \"w\"\n\
                          [[only]]\ncrates = [\"tokio\"]\nin = [\"io/*\"]\nwhy = \"w\"\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let config = Config::parse(TABLES).expect("parses");
        check(&Tree::of(files), &config)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.what))
            .collect()
    }

    fn manifest(name: &str, dependencies: &str) -> String {
        format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependencies}\n[lints]\nworkspace = true\n")
    }

    #[test]
    fn unsafe_code_is_only_where_it_is_allowed() {
        let text = "// unsafe\nfn f() { unsafe { g() } }\n";
        assert_eq!(
            found(&[("io/store/src/lib.rs", text), ("io/runtime/src/lib.rs", text)]),
            ["2: unsafe code"]
        );
    }

    #[test]
    fn reserved_dependencies() {
        let (axum, tokio) = ("axum.workspace = true", "tokio.workspace = true");
        assert!(found(&[("io/httpd/Cargo.toml", &manifest("io-httpd", axum))]).is_empty());
        assert!(found(&[("io/store/Cargo.toml", &manifest("io-store", tokio))]).is_empty());
        assert_eq!(
            found(&[("svc/apps/Cargo.toml", &manifest("svc-apps", axum))]),
            ["4: svc-apps names axum"]
        );
        assert_eq!(
            found(&[("core/apps/Cargo.toml", &manifest("core-apps", tokio))]),
            ["4: core-apps names tokio"]
        );
    }

    #[test]
    fn versions_and_lints_are_inherited() {
        let what = found(&[(
            "io/store/Cargo.toml",
            "[package]\nname = \"io-store\"\n[dependencies]\nredb = \"4\"\n",
        )]);
        assert_eq!(
            what,
            [
                "4: redb is not inherited from the workspace",
                "0: the workspace's lints are off"
            ]
        );
    }
}
