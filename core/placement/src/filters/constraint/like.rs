use regex::Regex;

/// LIKE: the whole value matches. An agent without the field does not.
pub(super) fn matches(value: Option<&str>, pattern: &Regex) -> bool {
    value.is_some_and(|v| pattern.is_match(v))
}

/// The expression that matches a whole text, as Java's `matches` does.
pub(super) fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}
