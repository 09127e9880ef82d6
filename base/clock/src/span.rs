use std::time::Duration;

/// The units that Mesos knows in its flags, and the short forms that people write; in nanoseconds.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("ms", 1e6),
    ("secs", 1e9),
    ("sec", 1e9),
    ("s", 1e9),
    ("mins", 60e9),
    ("min", 60e9),
    ("m", 60e9),
    ("hrs", 3_600e9),
    ("hr", 3_600e9),
    ("h", 3_600e9),
    ("days", 86_400e9),
    ("day", 86_400e9),
    ("d", 86_400e9),
    ("weeks", 604_800e9),
    ("week", 604_800e9),
    ("w", 604_800e9),
];

/// A span of time as Mesos' flags have it: a number and a unit, such as `15secs`, `1.5mins`, `2weeks`.
///
/// # Errors
/// What was expected, for a person.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let at = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let nanos = UNITS
        .iter()
        .find(|(name, _)| *name == unit.trim())
        .map(|(_, nanos)| nanos);
    let parsed = number.parse::<f64>().ok().zip(nanos);
    let (number, nanos) = parsed
        .ok_or_else(|| format!("'{text}' is no span of time; write a number and a unit, such as 15secs or 10mins"))?;
    Duration::try_from_secs_f64(number * nanos / 1e9).map_err(|error| format!("'{text}': {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        let secs = |text| parse_span(text).map(|span| span.as_secs_f64());
        assert_eq!(secs("15secs"), Ok(15.0));
        assert_eq!(secs("1.5mins"), Ok(90.0));
        assert_eq!(secs("250ms"), Ok(0.25));
        assert_eq!(secs("2weeks"), Ok(1_209_600.0));
        for bad in ["", "15", "secs", "1 fortnight", "-1secs", "1.2.3secs"] {
            assert!(secs(bad).is_err(), "{bad}");
        }
    }
}
