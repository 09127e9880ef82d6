//! Words that put work off.

use super::config::Config;
use super::finding::Finding;
use super::source::{line_at, mask, words};
use super::tree::Tree;

const RULE: &str = "words";

/// What stands in code, and what to do instead.
const CODE: [(&str, &str); 5] = [
    ("todo!", "write it, or leave the feature out"),
    ("unimplemented!", "write it, or leave the feature out"),
    ("#[ignore", "mend the test, or remove it with what it tests"),
    (
        "#[allow(",
        "write #[expect(..., reason = \"...\")], which says why and ends when it is no longer needed",
    ),
    (
        "#![allow(",
        "write #![expect(..., reason = \"...\")], which says why and ends when it is no longer needed",
    ),
];
/// What stands in comments; in two halves, for this file is checked too.
const COMMENTS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    tree.texts(".rs").flat_map(|(path, text)| file(path, text)).collect()
}

fn file(path: &str, text: &str) -> Vec<Finding> {
    let code = mask(text);
    let finding = |line: usize, word: &str, mend: &str| Finding {
        path: path.into(),
        line,
        rule: RULE,
        what: format!("{word} puts work off"),
        why: "what is in the tree works; what does not work yet is not in the tree",
        mend: mend.into(),
    };
    let mut findings = Vec::new();
    for (word, mend) in CODE {
        findings.extend(
            code.match_indices(word)
                .map(|(at, _)| finding(line_at(&code, at), word, mend)),
        );
    }
    for word in COMMENTS {
        let mend = "do it, or open an issue";
        findings.extend(
            words(text, word)
                .into_iter()
                .map(|at| finding(line_at(text, at), word, mend)),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_code_count_and_in_strings_do_not() {
        let text = "fn f() { todo!() }\n#[ignore = \"slow\"]\nfn g() { h(\"#[allow(x)]\") }\n#[allow(x)]\nfn i() {}\n";
        let found: Vec<usize> = file("a.rs", text).into_iter().map(|finding| finding.line).collect();
        assert_eq!(found, [1, 2, 4]);
    }

    #[test]
    fn words_in_comments_count() {
        assert_eq!(file("a.rs", &format!("// {}: later\n", COMMENTS[0])).len(), 1);
    }
}
