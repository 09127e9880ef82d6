//! Files and functions that fit into a head.

use super::config::Config;
use super::finding::Finding;
use super::source::{functions, mask};
use super::tree::Tree;

const RULE: &str = "sizes";
const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 100;
const WHY: &str = "what does not fit into a head is not reviewed";

pub fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let sources = [".rs", ".py", ".ts", ".tsx", ".sh"];
    let files = sources
        .iter()
        .flat_map(|suffix| tree.texts(suffix))
        .filter_map(|(path, text)| long_file(path, text));
    files
        .chain(tree.texts(".rs").flat_map(|(path, text)| long_functions(path, text)))
        .collect()
}

fn long_file(path: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > FILE_LINES).then(|| Finding {
        path: path.into(),
        line: FILE_LINES,
        rule: RULE,
        what: format!("the file has {lines} lines, more than {FILE_LINES}"),
        why: WHY,
        mend: "give each noun a file of its own".into(),
    })
}

fn long_functions(path: &str, text: &str) -> Vec<Finding> {
    let long = functions(&mask(text))
        .into_iter()
        .filter(|function| function.lines > FUNCTION_LINES);
    let finding = |function: super::source::Function| Finding {
        path: path.into(),
        line: function.line,
        rule: RULE,
        what: format!(
            "fn {} has {} lines, more than {FUNCTION_LINES}",
            function.name, function.lines
        ),
        why: WHY,
        mend: "give each step a name and a function; a table may be excepted with its reason".into(),
    };
    long.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of(&[("a/b.rs", text)]), &Config::default())
            .into_iter()
            .map(|f| f.what)
            .collect()
    }

    #[test]
    fn a_file_of_the_limit_passes_and_one_line_more_does_not() {
        assert!(found(&"//\n".repeat(600)).is_empty());
        assert_eq!(found(&"//\n".repeat(601)), ["the file has 601 lines, more than 600"]);
    }

    #[test]
    fn a_function_of_the_limit_passes_and_one_line_more_does_not() {
        let function = |lines: usize| format!("fn f() {{\n{}}}\n", "x();\n".repeat(lines - 2));
        assert!(found(&function(100)).is_empty());
        assert_eq!(found(&function(101)), ["fn f has 101 lines, more than 100"]);
    }
}
