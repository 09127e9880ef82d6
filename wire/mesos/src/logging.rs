//! `/logging/toggle` of master and agent (`3rdparty/libprocess/src/logging.cpp`, Mesos 1.11).

use std::time::Duration;

use serde::Deserialize;

use crate::duration;

/// The query of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Query {
    level: Option<String>,
    duration: Option<String>,
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toggle {
    /// To see the verbosity.
    Show,
    /// To set it for a while.
    Set {
        /// To what.
        level: u32,
        /// For how long.
        span: Duration,
    },
}

impl Query {
    /// Reads the query.
    ///
    /// # Errors
    /// What is missing or wrong, as a line of text.
    pub fn read(&self) -> Result<Toggle, String> {
        let (level, span) = match (&self.level, &self.duration) {
            (None, None) => return Ok(Toggle::Show),
            (Some(_), None) => return Err("Expecting 'duration=value' in query.\n".to_owned()),
            (None, Some(_)) => return Err("Expecting 'level=value' in query.\n".to_owned()),
            (Some(level), Some(span)) => (level, span),
        };
        let level = level.parse().map_err(|_| format!("Invalid level '{level}'.\n"))?;
        let span = duration::parse(span).map_err(|why| format!("{why}.\n"))?;
        Ok(Toggle::Set { level, span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_or_none_are_needed() {
        let read = |level: Option<&str>, duration: Option<&str>| {
            let query = Query {
                level: level.map(str::to_owned),
                duration: duration.map(str::to_owned),
            };
            query.read()
        };
        let span = Duration::from_secs(60);
        assert_eq!(read(None, None), Ok(Toggle::Show));
        assert_eq!(read(Some("2"), Some("1mins")), Ok(Toggle::Set { level: 2, span }));
        for (level, duration, word) in [
            (Some("2"), None, "duration=value"),
            (None, Some("1mins"), "level=value"),
            (Some("x"), Some("1mins"), "Invalid level 'x'"),
            (Some("2"), Some("soon"), "soon"),
        ] {
            let why = read(level, duration).expect_err("it is wrong");
            assert!(why.contains(word) && why.ends_with('\n'), "{why}");
        }
    }
}
