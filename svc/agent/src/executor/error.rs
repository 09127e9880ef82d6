use std::fmt;

use io_engine::Failure;
use io_httpd::{HttpError, IntoResponse, Response, StatusCode};
use wire_mesos::{http_status, media::MediaError};

/// An error of the executor API: a status and plain text, as Mesos answers.
#[derive(Debug)]
pub(crate) struct CallError {
    status: StatusCode,
    message: String,
}

impl CallError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn body(error: &HttpError) -> Self {
        let too_large = error.class == base_fault::Class::Exhausted;
        let status = if too_large {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::new(status, error.message.clone())
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<MediaError> for CallError {
    fn from(error: MediaError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, error.to_string())
    }
}

impl From<Failure<core_agent::Reject>> for CallError {
    fn from(failure: Failure<core_agent::Reject>) -> Self {
        let message = match &failure {
            Failure::Rejected(core_agent::Reject::UnknownExecutor(_)) => return Self::bad("Executor cannot be found"),
            Failure::Rejected(reject) => reject.to_string(),
            other => other.to_string(),
        };
        let status = http_status(failure.class(core_agent::Reject::class));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, message)
    }
}

impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        (self.status, self.message).into_response()
    }
}
