use base_ids::AppId;

/// What Marathon says of a segment that it refuses; people know it by its first words.
const PATTERN: &str = r"must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])|(\.|\.\.)$'";

const RESERVED: [&str; 5] = ["restart", "tasks", "versions", ".", ".."];

/// The absolute form of a path: a relative one is read against `base` (an absolute path), `.` and `..` are followed and
/// empty segments dropped. Does not check the segments.
pub fn resolve(path: &str, base: &str) -> AppId {
    let base = if path.starts_with('/') { "" } else { base };
    let mut segments: Vec<&str> = Vec::new();
    for segment in base.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    AppId::from(format!("/{}", segments.join("/")))
}

/// What is wrong with a path as an app's or group's id, in Marathon's words; nothing if it is fine. The root is fine here.
pub fn path_violations(path: &str) -> Vec<String> {
    let segments = || path.split('/').filter(|s| !s.is_empty());
    let mut errors = Vec::new();
    if !segments().all(is_segment) {
        errors.push(PATTERN.to_owned());
    }
    if segments().next_back().is_some_and(|last| RESERVED.contains(&last)) {
        errors.push(format!(
            "must not end with any of the following reserved keywords: {}",
            RESERVED.join(", ")
        ));
    }
    errors
}

/// Whether each segment is made of lower-case letters, digits, inner dashes and inner dots (or is `.` or `..`).
fn is_segment(segment: &str) -> bool {
    matches!(segment, "." | "..") || segment.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn relative_paths_are_read_against_the_base() {
        for (path, base, absolute) in [
            ("web", "/", "/web"),
            ("web", "/team", "/team/web"),
            ("../web", "/team/a", "/team/web"),
            ("../../../web", "/team", "/web"),
            ("/a/./b//c/", "/x", "/a/b/c"),
            ("", "/team", "/team"),
            ("/", "/team", "/"),
        ] {
            assert_eq!(resolve(path, base).as_str(), absolute, "{path} in {base}");
        }
    }

    #[test]
    fn segments_are_dns_like() {
        for good in ["/a", "/a-b/c.d", "/0", "/team/v1.2.3", "/"] {
            assert!(path_violations(good).is_empty(), "{good}");
        }
        for bad in ["/A", "/a_b", "/-a", "/a-", "/a..b", "/.a", "/a b", "/ä", "/a/B/c"] {
            assert!(path_violations(bad)[0].starts_with("must fully match"), "{bad}");
        }
        for bad in ["/a/restart", "/tasks", "/x/versions", "/a/.."] {
            assert!(path_violations(bad)[0].contains("reserved keywords"), "{bad}");
        }
        assert!(path_violations("/restart/a").is_empty());
    }

    proptest! {
        #[test]
        fn resolving_twice_changes_nothing(path in ".{0,30}", base in "(/[a-z.]{1,4}){0,3}") {
            let once = resolve(&path, &base);
            prop_assert_eq!(resolve(once.as_str(), "/"), once);
        }
    }
}
