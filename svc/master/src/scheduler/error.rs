use io_engine::Failure;
use io_httpd::{HttpError, IntoResponse, Response, StatusCode};
use wire_mesos::media::MediaError;

/// An error of the v1 API: a status and plain text, as Mesos answers.
#[derive(Debug)]
pub(crate) struct CallError {
    status: StatusCode,
    message: String,
}

impl CallError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn body(error: &HttpError) -> Self {
        let too_large = error.class == base_fault::Class::Exhausted;
        let status = if too_large {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::new(status, error.message.clone())
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<MediaError> for CallError {
    fn from(error: MediaError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, error.to_string())
    }
}

impl From<Failure<core_control::Reject>> for CallError {
    fn from(failure: Failure<core_control::Reject>) -> Self {
        let error = crate::http_error(&failure);
        // Mesos answers 400 where a REST API would say 404, 409 or 412.
        let status = match error.class.http_status() {
            404 | 409 | 412 => StatusCode::BAD_REQUEST,
            other => StatusCode::from_u16(other).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::new(status, error.message)
    }
}

impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        (self.status, self.message).into_response()
    }
}
