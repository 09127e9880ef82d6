use regex::Regex;

/// UNLIKE: the whole value does not match. An agent without the field passes.
pub(super) fn matches(value: Option<&str>, pattern: &Regex) -> bool {
    !value.is_some_and(|v| pattern.is_match(v))
}
