use std::time::Duration;

use core_authorizer::{Action, Object};
use io_httpd::StatusCode;
use wire_mesos::v1::master::call::SetLoggingLevel;

use super::{Answer, CallError};
use crate::access::Caller;

/// SET_LOGGING_LEVEL: for a while.
pub(super) fn run(caller: &Caller, call: &SetLoggingLevel) -> Result<Answer, CallError> {
    caller.demand(Action::SetLogLevel, &Object::Any)?;
    let span = u64::try_from(call.duration.nanoseconds).unwrap_or(0);
    base_telemetry::set_verbosity(call.level, Duration::from_nanos(span));
    Ok(Answer::Done(StatusCode::OK))
}
