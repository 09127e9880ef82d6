use http::Uri;

/// Whether a path is text once its `%` escapes are read. One that is not names nothing, and extractors answer it in words of
/// their own.
pub fn is_text(uri: &Uri) -> bool {
    let path = uri.path().as_bytes();
    let mut bytes = Vec::with_capacity(path.len());
    let mut at = 0;
    while let Some(byte) = path.get(at) {
        let escaped = (*byte == b'%').then(|| path.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_utf_8_is_text() {
        for (path, text) in [
            ("/v2/apps/web", true),
            ("/v2/apps/w%C3%A4b", true),
            ("/v2/apps/%", true),
            ("/v2/apps/%zz%4", true),
            ("/v2/apps/%ff", false),
            ("/v2/apps/%c3", false),
        ] {
            assert_eq!(is_text(&path.parse().unwrap()), text, "{path}");
        }
    }
}
