use wire_mesos::v1::master::response::{GetLoggingLevel, Type};

use super::Answer;

/// GET_LOGGING_LEVEL.
pub(super) fn answer() -> Answer {
    let level = GetLoggingLevel {
        level: base_telemetry::verbosity(),
    };
    Answer::message(Type::GetLoggingLevel, |response| {
        response.get_logging_level = Some(level);
    })
}
