use base_fault::Class;
use io_httpd::{HttpError, IntoResponse, Response, StatusCode};
use wire_mesos::{http_status, media::MediaError};

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
}

impl From<MediaError> for CallError {
    fn from(error: MediaError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, error.to_string())
    }
}

impl From<HttpError> for CallError {
    fn from(error: HttpError) -> Self {
        let status = match error.class {
            Class::Exhausted => StatusCode::PAYLOAD_TOO_LARGE,
            Class::NotFound => StatusCode::NOT_FOUND,
            class => StatusCode::from_u16(http_status(class)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::new(status, error.message)
    }
}

impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        (self.status, self.message).into_response()
    }
}
