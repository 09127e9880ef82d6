use base_clock::Timestamp;
use serde::Serializer;

/// Reads a version or time of Marathon's API: RFC 3339 with any offset. Kept to milliseconds, as Marathon does.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(time.as_millisecond()))
}

/// Writes a time as RFC 3339 text.
pub(crate) fn text<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Writes a time that may be absent.
pub(crate) fn maybe_text<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => text(time, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints_and_what_others_print() {
        let time = Timestamp::from_millis(1_443_604_157_614);
        assert_eq!(parse_time(&time.to_string()), Some(time));
        assert_eq!(parse_time("2015-09-30T11:09:17.614+02:00"), Some(time));
        assert_eq!(
            parse_time("2015-09-30T09:09:17Z"),
            Some(Timestamp::from_millis(1_443_604_157_000))
        );
        assert_eq!(parse_time("yesterday"), None);
    }
}
