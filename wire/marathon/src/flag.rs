/// A flag of a query (`force`, `scale`, `wipe`, `partialUpdate`, `dryRun`) as Java reads it: `true` in any case is true (Python
/// clients send `True`), anything else is false, and an absent one is its default.
pub fn flag(parameter: Option<&str>, default: bool) -> bool {
    parameter.map_or(default, |text| text.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_java_does() {
        assert!(flag(Some("True"), false) && flag(None, true));
        assert!(!flag(Some("False"), true) && !flag(Some("1"), true) && !flag(Some(""), true) && !flag(None, false));
    }
}
