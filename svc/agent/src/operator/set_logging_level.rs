use std::time::Duration;

use io_httpd::StatusCode;
use wire_mesos::v1::agent::call::SetLoggingLevel;

use super::Answer;

/// SET_LOGGING_LEVEL: for a while.
pub(super) fn run(call: &SetLoggingLevel) -> Answer {
    let span = u64::try_from(call.duration.nanoseconds).unwrap_or(0);
    base_telemetry::set_verbosity(call.level, Duration::from_nanos(span));
    Answer::Done(StatusCode::OK)
}
