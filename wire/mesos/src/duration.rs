//! Spans of time as Mesos' flags and queries write them: `15secs`, `1.5mins`, `3weeks`.
//!
//! Source: `3rdparty/stout/include/stout/duration.hpp`, Mesos 1.11.

use std::time::Duration;

/// The units, the largest first, in nanoseconds.
const UNITS: [(&str, f64); 8] = [
    ("weeks", 604_800e9),
    ("days", 86_400e9),
    ("hrs", 3_600e9),
    ("mins", 60e9),
    ("secs", 1e9),
    ("ms", 1e6),
    ("us", 1e3),
    ("ns", 1.0),
];

/// Reads a number with a unit.
///
/// # Errors
/// There is no unit, an unknown one, no number before it, or a negative one.
pub fn parse(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')));
    let (number, unit) = text.split_at(at.unwrap_or(text.len()));
    let known = UNITS.iter().find(|(name, _)| *name == unit);
    let (_, nanos) = known.ok_or_else(|| format!("Unknown duration unit '{unit}' in '{text}'"))?;
    let number: f64 = number
        .parse()
        .map_err(|_| format!("Failed to convert '{number}' to number"))?;
    Duration::try_from_secs_f64(number * nanos / 1e9).map_err(|error| format!("'{text}': {error}"))
}

/// Writes a span in the largest unit of which it is a whole number.
pub fn print(span: Duration) -> String {
    let nanos = span.as_nanos();
    let whole = UNITS
        .iter()
        .find(|(_, unit)| nanos != 0 && nanos.is_multiple_of(*unit as u128));
    let (name, unit) = whole.unwrap_or(&("ns", 1.0));
    format!("{}{name}", nanos / (*unit as u128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["15secs", "90secs", "2mins", "1weeks", "7ms", "1ns", "0ns"] {
            assert_eq!(print(parse(text).unwrap()), text);
        }
        assert_eq!(parse("1.5mins"), Ok(Duration::from_secs(90)));
        assert_eq!(print(Duration::from_millis(1500)), "1500ms");
        for bad in ["", "15", "secs", "15 secs", "15sec", "-1secs", "xsecs", "1e99weeks"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
