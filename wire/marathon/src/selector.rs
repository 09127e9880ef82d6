//! `?label=`: which apps an answer is about.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// Conditions on labels, all of which must hold (`a==b, c in (d, e), f`). No condition holds for every app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector(Vec<Condition>);

/// A condition on one label, which must be there in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Exists,
    In(Vec<String>),
    NotIn(Vec<String>),
}

/// Why a text is no selector; 422 with this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorError {
    text: String,
    at: usize,
    expected: &'static str,
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, at, expected } = self;
        let found = text[*at..]
            .chars()
            .next()
            .map_or("the end".to_owned(), |c| format!("'{c}'"));
        let column = text[..*at].chars().count() + 1;
        write!(
            f,
            "Can not parse label selector {text}. Reason: {expected} expected but {found} found at column {column}"
        )
    }
}

impl std::error::Error for SelectorError {}

impl LabelSelector {
    /// Whether an app with these labels is meant.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|condition| {
            let value = labels.get(&condition.key);
            value.is_some_and(|value| match &condition.test {
                Test::Exists => true,
                Test::In(values) => values.contains(value),
                Test::NotIn(values) => !values.contains(value),
            })
        })
    }
}

impl FromStr for LabelSelector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let mut parser = Parser { text, at: 0 };
        let mut conditions = Vec::new();
        parser.skip_space();
        while !parser.rest().is_empty() {
            if !conditions.is_empty() {
                parser.expect(",")?;
            }
            conditions.push(parser.condition()?);
        }
        Ok(Self(conditions))
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, SelectorError> {
        Err(SelectorError {
            text: self.text.to_owned(),
            at: self.at,
            expected,
        })
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
            self.skip_space();
        }
        found
    }

    fn expect(&mut self, word: &'static str) -> Result<(), SelectorError> {
        if self.take(word) { Ok(()) } else { self.fail(word) }
    }

    fn condition(&mut self) -> Result<Condition, SelectorError> {
        let key = self.term()?;
        let test = if self.take("==") {
            Test::In(vec![self.term()?])
        } else if self.take("!=") {
            Test::NotIn(vec![self.term()?])
        } else if self.take("in") {
            Test::In(self.set()?)
        } else if self.take("notin") {
            Test::NotIn(self.set()?)
        } else {
            Test::Exists
        };
        Ok(Condition { key, test })
    }

    fn set(&mut self) -> Result<Vec<String>, SelectorError> {
        self.expect("(")?;
        let mut terms = Vec::new();
        while !self.take(")") {
            if !terms.is_empty() {
                self.expect(",")?;
            }
            terms.push(self.term()?);
        }
        Ok(terms)
    }

    /// Letters, digits, `-`, `_` and `.`; anything else after a backslash.
    fn term(&mut self) -> Result<String, SelectorError> {
        let mut term = String::new();
        let mut chars = self.rest().char_indices();
        let mut end = 0;
        while let Some((start, c)) = chars.next() {
            let (at, plain) = match c {
                '\\' => match chars.next() {
                    Some(escaped) => escaped,
                    None => break,
                },
                c if c.is_ascii_alphanumeric() || "-_.".contains(c) => (start, c),
                _ => break,
            };
            term.push(plain);
            end = at + plain.len_utf8();
        }
        if end == 0 {
            return self.fail("a label or value");
        }
        self.at += end;
        self.skip_space();
        Ok(term)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        selector.parse::<LabelSelector>().unwrap().matches(&labels)
    }

    #[test]
    fn each_form_selects() {
        let app = [("env", "qa"), ("tier", "web"), ("!", "a b")];
        for yes in [
            "",
            "env",
            "env==qa",
            " env == qa ",
            "env!=prod",
            "env in (prod, qa)",
            "tier notin (db)",
            "env in (qa), tier, tier!=db",
            r"\! == a\ b",
            "env notin ()",
        ] {
            assert!(matches(yes, &app), "{yes}");
        }
        for no in [
            "other",
            "other!=x",
            "other notin (x)",
            "env==prod",
            "env in (prod)",
            "env in ()",
            "env, tier==db",
        ] {
            assert!(!matches(no, &app), "{no}");
        }
        assert!(matches("inside", &[("inside", "")]));
    }

    #[test]
    fn errors_say_where_and_what() {
        let error = |text: &str| text.parse::<LabelSelector>().unwrap_err().to_string();
        assert_eq!(
            error("env = qa"),
            "Can not parse label selector env = qa. Reason: , expected but '=' found at column 5"
        );
        assert!(error("env in prod").ends_with("( expected but 'p' found at column 8"));
        assert!(error("env in (a").ends_with(", expected but the end found at column 10"));
        assert!(error("==qa").contains("a label or value expected"));
        assert!(error("a,").contains("a label or value expected"));
        assert!(error("a\\").contains("found at column 2"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r"[a-c\\!=, ()äin]{0,16}") {
            if let Err(error) = text.parse::<LabelSelector>() {
                prop_assert!(error.to_string().contains("expected"));
            }
        }
    }
}
